#!/usr/bin/env python3
"""Sums an lcov file up by the folders of src/."""
import argparse
import collections
import pathlib


def read(path):
    """folder -> [lines hit, lines]"""
    folders = collections.defaultdict(lambda: [0, 0])
    folder = None
    for line in path.read_text().splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            parts = pathlib.PurePath(value).parts
            folder = parts[len(parts) - 1 - parts[::-1].index("src") + 1]
        elif key == "LH":
            folders[folder][0] += int(value)
        elif key == "LF":
            folders[folder][1] += int(value)
    return folders


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("info", type=pathlib.Path)
    folders = read(parser.parse_args().info)
    rows = sorted(folders.items())
    rows.append(("all", [sum(hit for hit, _ in folders.values()),
                         sum(lines for _, lines in folders.values())]))
    print(f"{'folder':12} {'lines':>7} {'hit':>7} {'%':>6}")
    for folder, (hit, lines) in rows:
        print(f"{folder:12} {lines:7} {hit:7} {100 * hit / max(lines, 1):6.1f}")


if __name__ == "__main__":
    main()

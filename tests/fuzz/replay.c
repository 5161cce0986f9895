// Runs a fuzz target over the files of its corpus, so that what was found once is tested by every
// build, also without libFuzzer.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t size = 0;
    size_t capacity = 4096;
    uint8_t *data = malloc(capacity);
    while (data) {
        size_t count = fread(data + size, 1, capacity - size, file);
        if (count == 0)
            break;
        size += count;
        capacity += size == capacity ? capacity : 0;
        data = realloc(data, capacity);
    }
    fclose(file);
    if (!data) {
        perror(path);
        return 1;
    }
    // a block of its exact size, so that a read past its end is seen
    uint8_t *exact = realloc(data, size ? size : 1);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder) {
            perror(argv[i]);
            return 1;
        }
        struct dirent *entry;
        while ((entry = readdir(folder)))
            if (entry->d_name[0] != '.') {
                if (replay(argv[i], entry->d_name))
                    return 1;
                count++;
            }
        closedir(folder);
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1; // an empty corpus tests nothing
}

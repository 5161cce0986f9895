// Variables of the environment in goose files: between "-- +goose ENVSUB ON" and "ENVSUB OFF".
// Refuses names beyond ASCII. Invariant: what is put in the place of $VAR, ${VAR}, ${VAR:-x},
// ${VAR-x}, ${VAR?x} and ${VAR:1:2} is what goose's library (mfridman/interpolate 0.0.2) puts
// there: an unset variable is empty, "$$" and "\$" are a dollar sign.
#pragma once

#include "migration/expansion.h"

#define GOOSE_ENVSUB_OPENING "-- +goose ENVSUB ON\n"

bool goose_envsub_expand(Expanding *expanding, const Expansion *expansion, Err *err);

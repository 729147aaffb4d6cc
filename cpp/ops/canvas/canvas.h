// The editor's engine: strokes and other edits of a label map, and what they changed as values.
// Runs on the CPU.
#pragma once
#include "ops/canvas/census.h"
#include "ops/canvas/changes.h"
#include "ops/canvas/component_tiles.h"
#include "ops/canvas/edit.h"
#include "ops/canvas/label_map.h"
#include "ops/canvas/layers.h"
#include "ops/canvas/open_stroke.h"
#include "ops/canvas/patch.h"
#include "ops/canvas/rules.h"

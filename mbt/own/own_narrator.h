/* SPDX-License-Identifier: Apache-2.0 */
/* The words for traces of any model of one's own (model/own/own_class.h): those of its author. */
#ifndef RACEWALK_MBT_OWN_NARRATOR_H
#define RACEWALK_MBT_OWN_NARRATOR_H

#include "mbt/story.h"

/* For stories whose class own_class_new made. */
extern const struct narrator own_narrator;

#endif

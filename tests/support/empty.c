/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the support library a library while it has no other source. */
typedef int racewalk_test_support_is_not_empty;

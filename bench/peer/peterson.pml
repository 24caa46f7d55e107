/* SPDX-License-Identifier: Apache-2.0 */
/* Peterson's lock for N processes, as examples/peterson.c has it: the same states, and one transition for one step of one process. */
#ifndef N
#define N 4
#endif
byte pos[N];
byte step[N - 1];

active [N] proctype process()
{
    byte j, k;
idle:
    j = 1;
wait:
    if
    :: d_step { j < N -> pos[_pid] = j }
    :: j == N -> goto inside
    fi;
    d_step { step[j - 1] = _pid; k = 0 };
scan:
    if
    :: d_step { k < N && (k == _pid || pos[k] < j) -> k++ }; goto scan
    :: d_step { step[j - 1] != _pid || k == N -> j++ }; goto wait
    fi;
inside:
    pos[_pid] = 0;
    goto idle
}

Walks of a model of one's own on a system of one's own, through its driver: the small Kubernetes of the examples.

  $ export PYTHONDONTWRITEBYTECODE=1
  $ examples=$EXAMPLES
  $ conform() { racewalk --model $examples/watch_cache.c conform --no-progress --max-steps 20 --max-samples 10 --driver "python3 $examples/systems/watch_cache_driver.py$1" $2 $3 $4; }

The system lets a kubelet list again at any time, and the model does not. But for that, the two are the same:

  $ conform "" > words
  [1]
  $ sed '/walks*,/,$d' words
  difference sf7ff8e9d: try list: taken, after 2 events
      1  list(kubelet-1, apiserver-2)
      2  try list(kubelet-1, apiserver-1)
    the model does not allow list here, and the system does it: {apiserver: "apiserver-1", kubelet: "kubelet-1"}
    found by walk 1, after 31 compared steps; shrunk from 6 to 2 in 11 replays
  $ conform "" --allowed-only | tail -n 1
  no difference between the model and the system

A mended system reads elsewhere than the model; confirm brings it back:

  $ conform " --quorum-reads" --allowed-only --out-itf found.ndjson > words
  [1]
  $ sed '/walks*,/,$d' words
  difference s866960e9: list: apiserver-1.cache, after 2 events
      1  bind(kubelet-1)
      2  list(kubelet-2, apiserver-1)
    apiserver-1.cache: model 0, system 1
    found by walk 0, after 4 compared steps; shrunk from 7 to 2 in 6 replays
    trace 0 of found.ndjson; racewalk confirm brings it back
  $ racewalk --model $examples/watch_cache.c confirm --quiet --driver "python3 $examples/systems/watch_cache_driver.py --quorum-reads" found.ndjson
  found.ndjson[0]: diverged at state 2 (list): apiserver-1.cache: model 0, system 1 [not as expected]
  1 trace: 1 diverged; 0 as expected, 1 not
  [1]
  $ racewalk --model $examples/watch_cache.c confirm --quiet --driver "python3 $examples/systems/watch_cache_driver.py" found.ndjson
  found.ndjson[0]: agrees
  1 trace: 1 agrees; 1 as expected, 0 not

A driver that dies, one that is none, and none at all:

  $ racewalk --model $examples/watch_cache.c conform --driver false
  racewalk: error: hello: the driver has ended (status 1), and has not answered
  [74]
  $ racewalk --model $examples/watch_cache.c conform
  racewalk: error: conform on which system? --driver starts a driver of yours, --driver-url names one that runs
  [64]
  $ racewalk conform --property-only --driver cat
  racewalk: error: --property-only is not for drivers: theirs is to say what the system shows, not what must hold
  [64]

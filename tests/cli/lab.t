The lab says where it serves; output that cannot be written ends it at once:

  $ racewalk lab --port 0 --base-dir full > /dev/full
  racewalk: error: standard output could not be written* (glob)
  [74]

For other machines without a token, it warns; with one, or for this machine alone, it does not:

  $ run() { timeout 1 racewalk lab --no-background --port 0 --base-dir data "$@"; }
  $ run --host 0.0.0.0
  racewalk: warning: there is no authentication: whoever reaches 0.0.0.0 port * can change and delete all that is in this lab; --token asks for one (glob)
  lab: http://0.0.0.0:*/ (base dir data, no background) (glob)
  [124]
  $ run --host 0.0.0.0 --token 5f2b
  lab: http://0.0.0.0:*/ (base dir data, no background, with a token) (glob)
  [124]
  $ DNS_LAB_TOKEN=5f2b run --host 0.0.0.0
  lab: http://0.0.0.0:*/ (base dir data, no background, with a token) (glob)
  [124]
  $ run --host localhost --allow-host lab,lab.example
  lab: http://*:*/ (base dir data, no background) (glob)
  [124]

Names and tokens that cannot be:

  $ run --allow-host http://lab:8000
  racewalk: error: --allow-host http://lab:8000: a host's name is expected, without scheme, port and path
  [64]
  $ run --token 'a b'
  racewalk: error: --token: 1 to 256 letters, digits and -._~+/= are expected
  [64]

A pipe in its folder, which nobody writes into, does not hold it up, and is left there:

  $ rm data/s3-persistence/current_dns_zone.json
  $ mkfifo data/s3-persistence/current_dns_zone.json
  $ run
  racewalk: error: data/s3-persistence/current_dns_zone.json is not a regular file; the lab needs this name for its own
  [74]
  $ test -p data/s3-persistence/current_dns_zone.json

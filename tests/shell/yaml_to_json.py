# SPDX-License-Identifier: Apache-2.0
"""Prints a YAML file as JSON; fails when it is none, or when a key is there twice."""
import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Plain YAML, but a key that is there twice is an error."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} twice", node.start_mark)
        return super().construct_mapping(node, deep)


with open(sys.argv[1], encoding="utf-8") as file:
    json.dump(yaml.load(file, Loader), sys.stdout)

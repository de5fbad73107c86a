"""Prints what SAM itself reads in the template: functions and routes, as `sam local` would serve them."""

import json
import sys

from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

VALUES = {"DatabaseHost": "127.0.0.1", "DatabasePassword": "x" * 16, "DatabaseOwnerPassword": "x" * 16}

stacks, _ = SamLocalStackProvider.get_stacks(sys.argv[1], parameter_overrides=VALUES)
functions = {
    function.name: {"code": str(function.codeuri), "handler": function.handler, "runtime": function.runtime}
    for function in SamFunctionProvider(stacks).get_all()
}
routes = [
    {"path": route.path, "methods": sorted(route.methods), "function": route.function_name}
    for route in ApiProvider(stacks).api.routes
]
json.dump({"functions": functions, "routes": routes}, sys.stdout)

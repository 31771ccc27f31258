import http from "node:http";
import { MasterPlanError } from "../../../core/errors";

type Environment = Readonly<Record<string, string | undefined>>;

const names = ["http_proxy", "https_proxy"] as const;

/** Models on this computer are reached directly, whatever a proxy is there for. */
const thisComputer = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Lets this process's requests go through the proxies that `HTTP_PROXY` and `HTTPS_PROXY` name, `NO_PROXY` excepted, by
 * Node's own means: requests are tunnelled, so that the address a key is bound to stays the one that is asked. False
 * where a proxy is named and this version of Node has no such means. Throws `usage.invalid` on an address that is none.
 */
export function useEnvironmentProxy(env: Environment): boolean {
  const named = names.filter((name) => valueOf(env, name) !== "");
  // Whoever started Node with this switch has it done already.
  if (named.length === 0 || env["NODE_USE_ENV_PROXY"] === "1") return true;
  for (const name of named) {
    // The value may hold a password, so that it is not repeated.
    if (/^https?:$/u.test(protocolOf(valueOf(env, name)))) continue;
    throw new MasterPlanError("usage.invalid", `${name.toUpperCase()} holds no address of a proxy`, {
      hint: "Set it to an http or https address, or remove it",
    });
  }
  if (!canSetProxy(http)) return false;
  const except = valueOf(env, "no_proxy").split(/[,\s]+/u);
  http.setGlobalProxyFromEnv({
    ...Object.fromEntries(named.map((name) => [name, valueOf(env, name)])),
    no_proxy: [...except.filter((host) => host !== ""), ...thisComputer].join(","),
  });
  return true;
}

/** Small letters win, as in other programs. */
function valueOf(env: Environment, name: string): string {
  return env[name] ?? env[name.toUpperCase()] ?? "";
}

function protocolOf(address: string): string {
  return URL.canParse(address) ? new URL(address).protocol : "";
}

/** Since Node 24.14; the types are those of an older one. */
function canSetProxy(
  library: object,
): library is { readonly setGlobalProxyFromEnv: (env: Environment) => unknown } {
  return "setGlobalProxyFromEnv" in library && typeof library.setGlobalProxyFromEnv === "function";
}

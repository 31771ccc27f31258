/** Variables that start programs or move git elsewhere and do not begin with `GIT_`. */
const otherGuarded = new Set(["EDITOR", "VISUAL", "PAGER", "PREFIX", "SSH_ASKPASS"]);

/**
 * The environment of every git process: what we inherited without anything that steers git, plus ours. `emptyFile` set
 * means that the configuration of user and system is left aside.
 */
export function gitEnvironment(
  inherited: NodeJS.ProcessEnv,
  variables: Readonly<Record<string, string>>,
  emptyFile: string | null,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    const upper = name.toUpperCase();
    if (value === undefined || upper.startsWith("GIT_") || otherGuarded.has(upper)) continue;
    env[name] = value;
  }
  return {
    ...env,
    LC_ALL: "C",
    LANGUAGE: "C",
    GIT_TERMINAL_PROMPT: "0",
    // Overrules what the repository allows by name; missing objects are not fetched, whatever remote it names.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_LAZY_FETCH: "1",
    ...(emptyFile === null
      ? {}
      : {
          GIT_CONFIG_GLOBAL: emptyFile,
          GIT_CONFIG_SYSTEM: emptyFile,
          GIT_CONFIG_NOSYSTEM: "1",
          GIT_ATTR_NOSYSTEM: "1",
        }),
    ...variables,
  };
}

/** Configuration that no repository can take back: nothing starts a program, nothing talks to the network. */
export function hardening(hooks: string): readonly string[] {
  return [
    `core.hooksPath=${hooks}`,
    "core.fsmonitor=false",
    "safe.bareRepository=explicit",
    "protocol.allow=never",
    "core.sshCommand=",
    "credential.helper=",
    "core.pager=cat",
    "diff.external=",
    "diff.ignoreSubmodules=all",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "core.safecrlf=false",
    "core.quotePath=false",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "advice.detachedHead=false",
    "user.useConfigOnly=true",
  ];
}

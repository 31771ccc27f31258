import path from "node:path";

export interface EnvironmentOptions {
  /** The command's own temporary folder. */
  readonly temporary: string;
  /** Replaces the user's home folder when set. */
  readonly home?: string;
  /**
   * Asked for by the caller. Names that can run code, look like a secret or say where the person's tools and settings
   * are, which only the person's own environment may, are dropped all the same.
   */
  readonly extra?: Readonly<Record<string, string>>;
}

/**
 * The environment of a child process, built from a short list of names that toolchains need: nothing that makes a
 * program load code, and nothing that looks like a secret, ever comes along by accident.
 */
export function cleanEnvironment(
  source: NodeJS.ProcessEnv,
  options: EnvironmentOptions,
): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || !isAllowed(name) || looksSecret(name, value)) continue;
    clean[name] = /^path$/iu.test(name) ? absoluteEntries(value) : value;
  }
  for (const [name, value] of Object.entries(options.extra ?? {})) {
    if (!isAllowed(name) && !runsCode(name) && !looksSecret(name, value)) clean[name] = value;
  }
  if (options.home !== undefined) Object.assign(clean, { HOME: options.home, USERPROFILE: options.home });
  return {
    ...clean,
    TMPDIR: options.temporary,
    TMP: options.temporary,
    TEMP: options.temporary,
    // Tools that watch or ask when a person is there run once and say plainly what they found.
    CI: "1",
    NO_COLOR: "1",
    TERM: "dumb",
    // In a temporary folder that goes away with its command, what node would keep for the next start, as npm asks it
    // to, costs as much to write as the start itself and is never read.
    NODE_DISABLE_COMPILE_CACHE: "1",
  };
}

/** True for variables by which a program can be made to load or run something, or to look for programs elsewhere. */
export function runsCode(name: string): boolean {
  const upper = name.toUpperCase();
  return dangerousNames.has(upper) || dangerousPrefixes.some((prefix) => upper.startsWith(prefix));
}

export function looksSecret(name: string, value: string): boolean {
  return secretName.test(name) || secretValue.test(value);
}

/** An empty or relative entry would let the workspace supply programs. */
function absoluteEntries(value: string): string {
  return value
    .split(path.delimiter)
    .filter((entry) => path.isAbsolute(entry))
    .join(path.delimiter);
}

function isAllowed(name: string): boolean {
  return allowedNames.has(name.toUpperCase()) || /^LC_[A-Z]+$/u.test(name);
}

const secretName =
  /token|secret|passw(?:or)?d|passphrase|api_?key|access_?key|private_?key|credential|authorization|(?:^|_)auth(?:_|$)|cookie|session_?id|_dsn$|connection_?string|signing_?key/iu;
const secretValue =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|npm_[A-Za-z0-9]{30,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.)|:\/\/[^\s/:@]+:[^\s/@]+@/u;

const allowedNames: ReadonlySet<string> = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "HOSTNAME"],
  ...["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"],
  ...[
    "GOPATH",
    "GOROOT",
    "GOMODCACHE",
    "GOCACHE",
    "GOPROXY",
    "GOTOOLCHAIN",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
  ],
  ...[
    "JAVA_HOME",
    "ANDROID_HOME",
    "ANDROID_SDK_ROOT",
    "GRADLE_USER_HOME",
    "DOTNET_ROOT",
    "NVM_DIR",
    "NVM_BIN",
    "VOLTA_HOME",
  ],
  ...[
    "FNM_DIR",
    "ASDF_DIR",
    "ASDF_DATA_DIR",
    "MISE_DATA_DIR",
    "PYENV_ROOT",
    "RBENV_ROOT",
    "GEM_HOME",
    "COREPACK_HOME",
  ],
  ...[
    "PNPM_HOME",
    "BUN_INSTALL",
    "DENO_DIR",
    "UV_CACHE_DIR",
    "POETRY_HOME",
    "POETRY_CACHE_DIR",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
  ],
  ...[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
  ],
  ...[
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "USERPROFILE",
    "USERNAME",
    "APPDATA",
    "LOCALAPPDATA",
  ],
  ...[
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "PROGRAMW6432",
    "COMMONPROGRAMFILES",
    "NUMBER_OF_PROCESSORS",
  ],
  ...["PROCESSOR_ARCHITECTURE", "OS", "HOMEDRIVE", "HOMEPATH", "PUBLIC"],
]);

const dangerousPrefixes = [
  "LD_",
  "DYLD_",
  "PYTHON",
  "GIT_",
  "NPM_CONFIG_",
  "BASH_FUNC_",
  "ELECTRON_",
  "VSCODE_",
  "PNPM_CONFIG_",
  "CARGO_TARGET_",
  "CARGO_BUILD_",
];
const dangerousNames: ReadonlySet<string> = new Set([
  ...[
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_REPL_EXTERNAL_MODULE",
    "BASH_ENV",
    "ENV",
    "SHELLOPTS",
    "BASHOPTS",
    "PS4",
    "IFS",
  ],
  ...[
    "PROMPT_COMMAND",
    "CDPATH",
    "ZDOTDIR",
    "PERL5OPT",
    "PERL5LIB",
    "PERLLIB",
    "PERL5DB",
    "RUBYOPT",
    "RUBYLIB",
    "BUNDLE_GEMFILE",
  ],
  ...[
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "CLASSPATH",
    "MAVEN_OPTS",
    "GRADLE_OPTS",
    "GOFLAGS",
    "GCONV_PATH",
  ],
  ...[
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC",
    "RUSTFLAGS",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "LUA_INIT",
    "PHPRC",
  ],
  ...[
    "PHP_INI_SCAN_DIR",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "LESSOPEN",
    "LESSCLOSE",
    "BROWSER",
    "SSH_ASKPASS",
    "SSH_AUTH_SOCK",
    "PIP_INDEX_URL",
    "PIP_CONFIG_FILE",
  ],
  ...[
    "PATH",
    "YARN_RC_FILENAME",
    "DOTNET_STARTUP_HOOKS",
    "COR_PROFILER",
    "CORECLR_PROFILER",
    "MAKEFLAGS",
    "VIMINIT",
    "TMUX",
  ],
]);

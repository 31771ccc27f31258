import type { GitPlace } from "../repository/gitPlace";
import type { GitRunner } from "./gitRunner";

/** What a repository's effective configuration says, read once per operation. */
export class GitConfig {
  readonly #values: ReadonlyMap<string, string>;
  /** What user and system say, without the repository's own configuration. */
  readonly #trusted: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>, trusted: ReadonlyMap<string, string>) {
    this.#values = values;
    this.#trusted = trusted;
  }

  static async read(runner: GitRunner, place: GitPlace): Promise<GitConfig> {
    const values = new Map<string, string>();
    const trusted = new Map<string, string>();
    const items = await runner.list(place, ["config", "--list", "--show-scope", "-z"]);
    for (let index = 0; index + 1 < items.length; index += 2) {
      const item = items[index + 1] ?? "";
      // What the runner sets on the command line is not the user's.
      if (items[index] === "command") continue;
      const end = item.indexOf("\n");
      // A key without a value means true.
      const [key, value] = end < 0 ? [item, "true"] : [item.slice(0, end), item.slice(end + 1)];
      values.set(key, value);
      if (items[index] === "global" || items[index] === "system") trusted.set(key, value);
    }
    return new GitConfig(values, trusted);
  }

  get(key: string): string | null {
    return this.#values.get(key.toLowerCase()) ?? null;
  }

  hasIncludes(): boolean {
    return [...this.#values.keys()].some((key) => key.startsWith("include"));
  }

  flag(key: string): boolean {
    return /^(?:true|yes|on|[1-9]\d*)$/iu.test(this.get(key) ?? "");
  }

  identity(): { readonly name: string; readonly email: string } | null {
    const name = (this.get("author.name") ?? this.get("user.name") ?? "").trim();
    const email = (this.get("author.email") ?? this.get("user.email") ?? "").trim();
    return name === "" || email === "" ? null : { name, email };
  }

  /** Names of filter drivers that are configured. */
  filters(): readonly string[] {
    const names = new Set<string>();
    for (const key of this.#values.keys()) {
      const name = /^filter\.(.+)\.[a-z]+$/isu.exec(key)?.[1];
      if (name !== undefined) names.add(name);
    }
    return [...names];
  }

  /**
   * Overrides that make every configured filter driver do nothing. Which file gets which filter is said by attributes,
   * which anybody can write who can write a file.
   */
  withoutFilters(): readonly (readonly [string, string])[] {
    return this.filters().flatMap((name) => [
      [`filter.${name}.clean`, ""] as const,
      [`filter.${name}.smudge`, ""] as const,
      [`filter.${name}.process`, ""] as const,
      [`filter.${name}.required`, "false"] as const,
    ]);
  }

  /**
   * Overrides that take back the programs which the repository's own configuration names for signing: those of the user
   * and the system hold, or git's own. Signing itself stays on where it is.
   */
  withoutOwnSigners(): readonly (readonly [string, string])[] {
    return signers.flatMap(([key, standard]) => {
      const trusted = this.#trusted.get(key) ?? standard;
      const effective = this.#values.get(key);
      return effective === undefined || effective === trusted ? [] : [[key, trusted] as const];
    });
  }
}

const signers = [
  ["gpg.program", "gpg"],
  ["gpg.openpgp.program", "gpg"],
  ["gpg.x509.program", "gpgsm"],
  ["gpg.ssh.program", "ssh-keygen"],
  ["gpg.ssh.defaultkeycommand", ""],
] as const;

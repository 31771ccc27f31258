import { describe, expect, it } from "vitest";
import { isProtected, protectedPatterns } from "../../../../../src/core/change/path/protectedFiles";
import { isSecretFile } from "../../../../../src/core/change/path/secretFile";
import { nestedRepository } from "../../../../../src/core/change/path/nestedRepository";

/** One example per kind of file that somebody's tool runs or obeys, written by hand from their documentation. */
const examples = `
.git/config .git .gitattributes .gitmodules .gitconfig .lfsconfig .husky/pre-commit .githooks/pre-push lefthook.yml lefthook.toml .pre-commit-config.yaml
.vscode/settings.json .vscode/tasks.json .vscode/launch.json shop.code-workspace .devcontainer/devcontainer.json .idea/workspace.xml .fleet/run.json .zed/tasks.json
.cursor/mcp.json .cursor/rules/a.mdc .cursorrules .claude/settings.json CLAUDE.md AGENTS.md GEMINI.md .codex/config.toml .gemini/settings.json .roo/mcp.json .clinerules
.continue/config.json .github/workflows/ci.yml .github/copilot-instructions.md .github/agents/a.md .github/hooks/a.json .gitlab-ci.yml Jenkinsfile .circleci/config.yml
azure-pipelines.yml azure-pipelines-release.yml .mcp.json mcp.json package.json package-lock.json yarn.lock pnpm-lock.yaml bun.lockb bun.lock npm-shrinkwrap.json
Cargo.lock poetry.lock uv.lock Pipfile.lock composer.lock Gemfile.lock go.sum .npmrc .yarnrc .yarnrc.yml .yarn/releases/yarn.cjs .pnpmfile.cjs bunfig.toml
.env .env.local .envrc mise.toml .tool-versions pyproject.toml setup.py setup.cfg conftest.py sitecustomize.py evil.pth pytest.ini tox.ini noxfile.py
Makefile makefile GNUmakefile justfile Taskfile.yml CMakeLists.txt build.rs .cargo/config .cargo/config.toml build.gradle build.gradle.kts gradle/wrapper/gradle-wrapper.properties
pom.xml .mvn/jvm.config Gemfile Rakefile tsconfig.json tsconfig.build.json eslint.config.mjs .eslintrc .eslintrc.cjs prettier.config.js .prettierrc .prettierrc.json
jest.config.ts vitest.config.mts vite.config.ts webpack.config.js rollup.config.mjs babel.config.js postcss.config.cjs tailwind.config.ts next.config.js nuxt.config.ts
svelte.config.js astro.config.mjs Dockerfile Dockerfile.dev docker-compose.yml docker-compose.override.yml .ssh/authorized_keys .bashrc .zshrc .profile app.desktop
profile.ps1 Microsoft.PowerShell_profile.ps1 requirements.txt requirements-dev.txt go.mod Cargo.toml
`
  .trim()
  .split(/\s+/u);

describe("isProtected", () => {
  it.each(examples)("PF-1 %s is protected at the root and below", (path) => {
    expect(isProtected(path)).toBe(true);
    expect(isProtected(`packages/app/${path}`)).toBe(true);
  });

  it.each(examples)("PF-2 %s is protected in other spellings", (path) => {
    expect(isProtected(path.toUpperCase())).toBe(true);
    expect(isProtected(path.replace(/./u, (first) => `${first}\u200c`))).toBe(true);
    expect(isProtected(`./${path}`)).toBe(true);
    expect(isProtected(`${path}. `)).toBe(true);
    expect(isProtected(`${path}::$DATA`)).toBe(true);
    expect(
      isProtected(path.replace(/[a-z]/u, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0))),
    ).toBe(true);
  });

  it("PF-1 every pattern of the list matches a path that it stands for", () => {
    for (const pattern of protectedPatterns) {
      const path = pattern.replace(/\/\*\*$/u, "/x").replace(/\*/gu, "x");
      expect(isProtected(path), pattern).toBe(true);
    }
  });

  it.each([
    "src/a.ts",
    "README.md",
    "src/package.ts",
    "docs/packages.json",
    "test/a.test.ts",
    "src/environment.ts",
    "src/make.ts",
    "config/app.json",
    "src/config.ts",
    "index.html",
    "src/github/a.ts",
    "vscode/a.ts",
    "src/docker.ts",
    "lib/setup.ts",
    "src/jest.ts",
    "docs/agents/readme.md",
    "data/requirements.csv",
    "tasks.md",
    "src/tasks.ts",
    "a.env.ts",
  ])("PF-3 %s is an ordinary file", (path) => {
    expect(isProtected(path)).toBe(false);
  });
});

describe("isSecretFile", () => {
  it.each(
    `
    .env .env.local .env.production config/.env prod.env .envrc .npmrc .pypirc .netrc _netrc .git-credentials .pgpass .htpasswd id_rsa .ssh/id_ed25519 .ssh/config
    server.pem tls.key cert.p12 cert.pfx app.jks release.keystore vault.kdbx key.ppk .aws/credentials .aws/config .docker/config.json .kube/config kubeconfig
    .gnupg/secring.gpg credentials.json client_secret_1.json service-account.json service_account_prod.json terraform.tfstate prod.tfvars secrets.yaml secret.json
    .vault-token config/master.key ID_RSA Server.PEM .ENV .e\u200cnv .env. .env::$DATA
  `
      .trim()
      .split(/\s+/u),
  )("SF-1 %j is never read for a model", (path) => {
    expect(isSecretFile(path)).toBe(true);
    expect(isSecretFile(`sub/${path}`)).toBe(true);
  });

  it.each([
    "src/env.ts",
    "environment.md",
    "id_rsa.pub",
    "keys.ts",
    "src/keyboard.key.ts",
    "secrets.ts",
    "docs/secrets.md",
    "token.ts",
    "package.json",
    "credentials.ts",
  ])("SF-2 %s may be read", (path) => expect(isSecretFile(path)).toBe(false));
});

describe("nestedRepository", () => {
  it.each([
    [["x/HEAD", "x/objects/info/a", "x/refs/heads/a"], "x"],
    [["HEAD", "objects/a", "refs/a"], ""],
    [["a/b/head", "a/b/Objects/a", "a/b/REFS/a"], "a/b"],
    [["x/HEAD", "x/commondir"], "x"],
    [["x/HEAD", "x/objects/a"], null],
    [["x/HEAD", "y/objects/a", "y/refs/a"], null],
    [["src/refs/a.ts", "src/objects/a.ts"], null],
  ] as const)("PG-6 %j makes a repository of %j", (paths, folder) => {
    expect(nestedRepository(paths)).toBe(folder);
  });
});

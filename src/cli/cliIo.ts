/** What the command line touches outside of the engine; tests bring their own. */
export interface CliIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True when a person can be asked: input and output are a terminal. */
  readonly interactive: boolean;
  /** Characters per line of human output. */
  readonly width: number;
  /** The program's own version, as `--version` prints it. */
  readonly version: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a text file, relative to `cwd`; rejects with `usage.invalid` when it cannot be read. */
  readonly readFile: (file: string) => Promise<string>;
  /** An absolute path for a file named on the command line. */
  readonly resolve: (file: string) => string;
  /** Whether there is anything at a path, relative to `cwd`. */
  readonly exists: (file: string) => Promise<boolean>;
  readonly writeFile: (file: string, text: string) => Promise<void>;
  readonly ask: (question: string) => Promise<string>;
  /** Ctrl+C; the listener replaces the default of ending the process. */
  readonly onInterrupt: (listener: () => void) => { dispose(): void };
}

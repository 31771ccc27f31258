/** `beforeLength` lines from `before` on became `afterLength` lines from `after` on; 0-based. */
export interface LineRange {
  readonly before: number;
  readonly beforeLength: number;
  readonly after: number;
  readonly afterLength: number;
}

export interface PageSource {
  /** The editor's own source for files of the extension, for the policy. */
  readonly cspSource: string;
  readonly script: string;
  readonly styles: readonly string[];
  /** Fresh per render, 128 bits. */
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  /** What the page shows; comes back from the editor when it restores the page. */
  readonly subject: string;
}

/** The policy of every page: scripts by nonce, styles and fonts from the extension's files, no network at all. */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-src 'none'",
  ].join("; ");
}

/** The frame of a page. Content arrives as messages and becomes text nodes, so nothing of a plan stands in here. */
export function pageHtml(source: PageSource): string {
  const styles = source.styles
    .map((href) => `<link rel="stylesheet" href="${escapeAttribute(href)}">`)
    .join("\n    ");
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(source.language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(contentSecurityPolicy(source.cspSource, source.nonce))}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    ${styles}
    <title>${escapeAttribute(source.title)}</title>
  </head>
  <body data-subject="${escapeAttribute(source.subject)}">
    <div id="root"></div>
    <script nonce="${escapeAttribute(source.nonce)}" src="${escapeAttribute(source.script)}"></script>
  </body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}

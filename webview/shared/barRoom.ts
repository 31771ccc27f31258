/** Pixels between the bar at the lower edge and what comes into sight above it. */
const gap = 16;

/**
 * Keeps what is scrolled to, and what is in hand, above the bar, however tall its forms make it. Call what it gives after
 * every render: the bar may be a new one.
 */
export function keepClearOfBar(document: Document): () => void {
  let bar: HTMLElement | null = null;
  let height = 0;
  const observer = new ResizeObserver(() => {
    const before = height;
    height = bar?.offsetHeight ?? 0;
    document.documentElement.style.scrollPaddingBlockEnd = `${String(height + gap)}px`;
    const { activeElement } = document;
    if (height <= before || activeElement === document.body || bar?.contains(activeElement) === true) return;
    activeElement?.scrollIntoView({ block: "nearest" });
  });
  return () => {
    const found = document.querySelector<HTMLElement>(".action-bar");
    if (found === bar) return;
    observer.disconnect();
    bar = found;
    if (bar !== null) observer.observe(bar);
  };
}

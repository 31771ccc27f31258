/** Speaks short sentences to screen readers through one polite live region. */
export function createAnnouncer(document: Document): (text: string) => void {
  const region = document.createElement("div");
  region.className = "sr-only";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
  return (text) => {
    // The same sentence twice is news as well; a trailing space makes it a change.
    region.textContent = region.textContent === text ? `${text} ` : text;
  };
}

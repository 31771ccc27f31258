// @ts-check

/** @typedef {import("playwright-core").Page} Page */

/**
 * A story gets a way to open pages and drives them; what it expects and does not find, it throws.
 * @typedef {(open: (options: { page: "plan" | "review", state: string, width?: number, theme?: import("./openPage.mjs").Theme }) => Promise<Page>) => Promise<void>} Story
 */

/**
 * What the page has asked of the host by this method, once it is at least so much.
 * @param {Page} page
 * @param {string} method
 */
export async function requests(page, method, atLeast = 0) {
  const asked = await page.waitForFunction(
    ([wanted, least]) => {
      const all = /** @type {any} */ (window).requests;
      const found = all.filter((/** @type {any} */ request) => request.method === wanted);
      return found.length >= Number(least) ? found : null;
    },
    [method, atLeast],
  );
  return asked.jsonValue();
}

/**
 * Tells the page an event, as the host does.
 * @param {Page} page
 * @param {string} name
 * @param {unknown} payload
 */
export async function push(page, name, payload) {
  await page.evaluate(
    ([event, value]) => /** @type {any} */ (window).push(event, value),
    /** @type {const} */ ([name, payload]),
  );
}

/**
 * The id of what has the focus.
 * @param {Page} page
 */
export function focused(page) {
  return page.evaluate(() => document.activeElement?.id);
}

import type { ProviderHealth } from "../../../ports/environment";

export interface ProbedEndpoint {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** null when the endpoint takes none; a rejection means that the key cannot be had. */
  readonly apiKey: () => Promise<string | null>;
}

const probeTimeoutMs = 10_000;

/**
 * Asks an OpenAI-compatible endpoint for its list of models. Any answer but a refused key or a broken server is a sign
 * of life: not every endpoint offers that list. The key goes where the settings say and follows no redirect.
 */
export async function probeEndpoint(
  { baseUrl, headers, apiKey }: ProbedEndpoint,
  signal: AbortSignal,
): Promise<ProviderHealth> {
  const { origin } = new URL(baseUrl);
  let key: string | null;
  try {
    key = await apiKey();
  } catch {
    // The variable that the settings name for the key is not set.
    return { state: "key_refused", detail: origin };
  }
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/u, "")}/models`, {
      headers: {
        ...headers,
        ...(key === null || key === "" ? {} : { authorization: `Bearer ${key}` }),
      },
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]),
    });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403) return { state: "key_refused", detail: origin };
    if (response.status >= 500) return { state: "failing", detail: `${origin}: HTTP ${response.status}` };
    return { state: "answers" };
  } catch {
    // Unreachable or too slow: the run says so and a person decides.
    return { state: "silent", detail: origin };
  }
}

import type { Called, TestAuth } from "./auth-server.ts";

/** A browser on its way through a sign-in at a provider. */
export interface Journey {
  /** Where Auth sent it. */
  readonly url: string;
  /** What binds the journey to it. */
  readonly cookie: string;
}

/** The steps of a browser at Auth; the provider's are the test's. */
export const federatedBrowser = (auth: TestAuth) => {
  const open = (provider: string, query = "", headers: Record<string, string> = {}): Promise<Called> =>
    auth.call("GET", `/federated/${provider}/start${query}`, { headers });
  const start = async (provider: string, query = "", headers: Record<string, string> = {}): Promise<Journey> => {
    const answer = await open(provider, query, headers);
    const url = answer.headers.get("location");
    if (answer.status !== 302 || url === null || answer.cookie === undefined)
      throw new Error(`start answered ${answer.status} ${url}`);
    return { url, cookie: answer.cookie };
  };
  /** Brings the provider's answer back to Auth. */
  const finish = (back: URL, cookie: string): Promise<Called> =>
    auth.call("GET", back.pathname + back.search, { headers: { cookie } });
  return { open, start, finish };
};

/** Where an answer sends the browser. */
export const placeOf = ({ status, headers }: Called): string => `${status} ${headers.get("location")}`;

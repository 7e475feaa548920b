interface CookieJar {
  readonly headers: () => Record<string, string>;
  readonly keep: (response: Response) => void;
  readonly clear: () => void;
}

const absent: CookieJar = { headers: () => ({}), keep: () => undefined, clear: () => undefined };

/** Keeps Auth's session cookie in memory where no browser does. */
export const createCookieJar = (headless: boolean): CookieJar => {
  if (!headless) return absent;
  let cookie: string | undefined;
  return {
    headers: (): Record<string, string> => (cookie === undefined ? {} : { Cookie: cookie }),
    keep: (response) => {
      for (const line of response.headers.getSetCookie()) {
        const pair = line.split(";", 1)[0] ?? "";
        if (!/^(__Host-)?topolo_session=/.test(pair)) continue;
        cookie = pair.endsWith("=") ? undefined : pair;
      }
    },
    clear: () => {
      cookie = undefined;
    },
  };
};

const browsers = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

const systems = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

const firstIn = (userAgent: string, known: readonly (readonly [string, string])[]): string | undefined =>
  known.find(([sign]) => userAgent.includes(sign))?.[1];

/** A browser and its device in words that people use. */
export const describeDevice = (userAgent: string | undefined): string => {
  if (userAgent === undefined) return "Unknown device";
  const browser = firstIn(userAgent, browsers);
  const system = firstIn(userAgent, systems);
  if (browser === undefined) return userAgent.split(/[ /]/, 1)[0] || "Unknown device";
  return system === undefined ? browser : `${browser} on ${system}`;
};

const methods: Readonly<Record<string, string>> = {
  pwd: "password",
  otp: "code",
  hwk: "passkey",
  swk: "passkey",
  fed: "linked account",
};

/** How somebody signed in: RFC 8176 in words. */
export const describeMethods = (amr: readonly string[]): string => {
  const words = new Set(amr.flatMap((method) => methods[method] ?? []));
  return words.size === 0 ? "" : `by ${[...words].join(" and ")}`;
};

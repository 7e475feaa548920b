import { expect, test } from "vitest";
import { startTestAuth } from "../../../test/auth-server.ts";
import { federatedBrowser, placeOf } from "../../../test/federated-browser.ts";
import { startOpenIdIssuer } from "../../../test/openid-issuer.ts";
import { defaultLimits } from "../identity-settings.ts";
import { wideNetworkOf } from "./address-limiter.ts";

test.each([
  ["203.0.113.9", "203.0.113.0/24"],
  ["::ffff:203.0.113.200", "203.0.113.0/24"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
  ["2001:0db8:0001:ffff::1", "2001:db8:1::/48"],
  ["2001:db8::1", "2001:db8:0::/48"],
  ["fe80::1%eth0", "fe80:0:0::/48"],
])("%s belongs to %s [X22]", (address, network) => {
  expect(wideNetworkOf(address)).toBe(network);
});

test.each([
  ["IPv4", (n: number) => `203.0.113.${n}`, "198.51.100.7"],
  ["IPv6", (n: number) => `2001:db8:7:${n.toString(16)}::1`, "2001:db8:8::1"],
])(
  "thirty registrations from one network are limited, whatever its addresses: %s [X22]",
  async (_, addressOf, other) => {
    const auth = await startTestAuth({ trustedProxies: 1, limits: { perAddressPerMinute: 10_000 } });
    try {
      const register = async (ip: string, name: string) =>
        (
          await auth.call("POST", "/register", {
            body: { email: `${name}@example.org`, password: "a stranger's own long sentence" },
            headers: { origin: "http://localhost:3000", "x-forwarded-for": ip },
          })
        ).status;
      const answers: number[] = [];
      for (let n = 1; n <= 30; n += 1) answers.push(await register(addressOf(n), `stranger-${n}`));
      const { registrationsPerNetwork: most } = defaultLimits;
      expect(answers).toEqual([...Array<number>(most).fill(202), ...Array<number>(30 - most).fill(429)]);
      expect(await register(other, "elsewhere")).toBe(202);
      auth.clock.advance(3_600_001);
      expect(await register(addressOf(1), "later")).toBe(202);
    } finally {
      await auth.close();
    }
  },
);

test("an account that another service vouches for counts for its network as any other, and signing in to it does not", async () => {
  const google = await startOpenIdIssuer(["http://localhost:3001/federated/google/callback"]);
  const { clientId, clientSecret, url: issuer } = google;
  const auth = await startTestAuth({
    limits: { perAddressPerMinute: 10_000, registrationsPerNetwork: 2 },
    federated: { google: { clientId, clientSecret, issuer } },
  });
  try {
    const browser = federatedBrowser(auth);
    const arrive = async (name: string): Promise<string> => {
      const { url, cookie } = await browser.start("google");
      const account = { sub: name, email: `${name}@example.net`, email_verified: true, name };
      return placeOf(await browser.finish(await google.authorize(url, account), cookie));
    };
    for (const name of ["first", "second", "second"]) expect(await arrive(name)).toBe("303 /");
    expect(await arrive("third")).toBe("303 /sign-in?error=too_many_attempts");
    auth.clock.advance(3_600_001);
    expect(await arrive("third")).toBe("303 /");
  } finally {
    await auth.close();
    await google.close();
  }
});

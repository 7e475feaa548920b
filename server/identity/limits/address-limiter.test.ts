import { expect, test } from "vitest";
import { createAddressLimiter, networkOf } from "./address-limiter.ts";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["nonsense", "nonsense"],
])("%s lies in %s", (address, network) => expect(networkOf(address)).toBe(network));

test("a minute's attempts are counted by network and name", () => {
  let now = 0;
  const limiter = createAddressLimiter({ now: () => now, monotonic: () => now }, 2);
  const take = (name: string, address: string) => limiter.take(name, address);
  expect([take("login", "2001:db8::1"), take("login", "2001:db8::2"), take("login", "2001:db8::3")]).toEqual([
    0, 0, 60_000,
  ]);
  expect(take("register", "2001:db8::1")).toBe(0);
  expect(take("login", "2001:db8:0:1::1")).toBe(0);
  now = 59_999;
  expect(take("login", "2001:db8::1")).toBe(1);
  now = 60_000;
  expect(take("login", "2001:db8::1")).toBe(0);
});

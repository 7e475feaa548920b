import { expect, test } from "vitest";
import { calendarDays } from "./periods.ts";
import { addDays, beginOfDay, dayIn, firstOfMonth } from "./zoned-days.ts";

test.each([
  ["UTC", "2026-11-29", "2026-11-29T00:00:00.000Z"],
  ["Europe/Berlin", "2026-11-29", "2026-11-28T23:00:00.000Z"],
  ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"],
  ["Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000Z"],
  ["America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"],
  ["Asia/Kolkata", "2026-11-29", "2026-11-28T18:30:00.000Z"],
  ["Pacific/Auckland", "2026-11-29", "2026-11-28T11:00:00.000Z"],
])("in %s the day %s begins at %s", (zone, day, begin) => {
  expect(beginOfDay(zone, day).toISOString()).toBe(begin);
  expect(dayIn(zone, new Date(begin))).toBe(day);
  expect(dayIn(zone, new Date(Date.parse(begin) - 1))).toBe(addDays(day, -1));
});

test("months are counted by their first day", () => {
  expect(firstOfMonth("2026-01-31")).toBe("2026-01-01");
  expect(firstOfMonth("2026-01-31", -1)).toBe("2025-12-01");
  expect(firstOfMonth("2026-12-05", 1)).toBe("2027-01-01");
});

test("calendar days begin with the first of them, at the first whole hour", () => {
  const now = new Date("2026-11-29T20:10:00Z");
  expect(calendarDays(1, now, "Asia/Kolkata").period.from).toBe("2026-11-29T19:00:00.000Z");
  expect(calendarDays(29, now, "America/New_York").period.from).toBe("2026-11-01T04:00:00.000Z");
  const { period, days } = calendarDays(3, now, "Asia/Tokyo");
  expect(days).toEqual(["2026-11-28", "2026-11-29", "2026-11-30"]);
  expect(period.from).toBe("2026-11-27T15:00:00.000Z");
});

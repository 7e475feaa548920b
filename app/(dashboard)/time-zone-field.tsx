"use client";

import { useId } from "react";
import { deviceZone, useTimeZone } from "../_ui/use-time-zone.ts";

const other = Intl.supportedValuesOf("timeZone");

/** Names the time zone of all pages, and changes it. */
export const TimeZoneField = () => {
  const id = useId();
  const [zone, keep] = useTimeZone();
  const device = deviceZone();
  return (
    <div className="flex items-center gap-2 text-sm text-muted">
      <label htmlFor={id}>Time zone</label>
      <select
        id={id}
        value={zone}
        onChange={({ target }) => keep(target.value === device ? null : target.value)}
        className="min-h-9 max-w-52 min-w-0 rounded-lg border border-line-strong bg-surface px-2 text-ink"
      >
        {[...new Set([device, "UTC", zone, ...other])].map((name) => (
          <option key={name} value={name}>
            {name.replaceAll("_", " ")}
            {name === device ? " (this device)" : ""}
          </option>
        ))}
      </select>
    </div>
  );
};

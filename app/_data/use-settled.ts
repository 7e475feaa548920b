"use client";

import { useEffect, useState } from "react";

/** The value once it has stayed the same for a while, so that typing asks once and not at every key. */
export const useSettled = (value: string, afterMs: number): string => {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return undefined;
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, settled, afterMs]);
  return settled;
};

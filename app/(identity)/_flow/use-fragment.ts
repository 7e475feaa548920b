"use client";

import { useEffect, useState } from "react";
import { takeFragment } from "./fragment.ts";

/** The secret of the link that led here; undefined until the page runs, null where there is none. */
export const useFragment = (name: string): string | null | undefined => {
  const [secret, setSecret] = useState<string | null>();
  useEffect(() => {
    // Strict mode runs effects twice; the fragment is there once.
    const timer = setTimeout(() => setSecret(takeFragment(name) ?? null));
    return () => clearTimeout(timer);
  }, [name]);
  return secret;
};

"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False in the server's rendering and until scripts run: a form shown earlier would be a dead one. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

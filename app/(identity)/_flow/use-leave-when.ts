"use client";

import { useEffect } from "react";
import { leave } from "./leave.ts";

/** Goes on as soon as something is so. */
export const useLeaveWhen = (isSo: boolean, to: string): void => {
  useEffect(() => {
    if (isSo) leave(to);
  }, [isSo, to]);
};

"use client";

import { lazy, Suspense, useSyncExternalStore } from "react";
import { onToast, toldToasts } from "./toast.ts";

const ToastList = lazy(() => import("../overlays.ts").then((module) => ({ default: module.ToastList })));

const isAnyTold = (): boolean => toldToasts().length > 0;

/** Where toasts appear; it loads with the first one. */
export const Toaster = () =>
  useSyncExternalStore(onToast, isAnyTold, () => false) && (
    <Suspense>
      <ToastList />
    </Suspense>
  );

"use client";

import { lazy, Suspense } from "react";
import type { TitledDialog } from "./titled-dialog.ts";
import { useOnceOpen } from "./use-once-open.ts";

const DrawerFrame = lazy(() => import("../overlays.ts").then((module) => ({ default: module.DrawerFrame })));

/** More about one thing of the page, beside it. Loads when it first opens. */
export const Drawer = (props: TitledDialog) =>
  useOnceOpen(props.open) && (
    <Suspense>
      <DrawerFrame {...props} />
    </Suspense>
  );

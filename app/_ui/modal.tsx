"use client";

import { lazy, Suspense } from "react";
import type { TitledDialog } from "./titled-dialog.ts";
import { useOnceOpen } from "./use-once-open.ts";

const ModalFrame = lazy(() => import("../overlays.ts").then((module) => ({ default: module.ModalFrame })));

/** A question that has to be settled before the page goes on. Loads when it first opens. */
export const Modal = (props: TitledDialog) =>
  useOnceOpen(props.open) && (
    <Suspense>
      <ModalFrame {...props} />
    </Suspense>
  );

"use client";

import { Toast } from "@base-ui/react/toast";
import { CircleCheck, X } from "lucide-react";
import { useEffect } from "react";
import { onToast, toldToasts } from "./toast.ts";

const manager = Toast.createToastManager();
let shown = 0;

const showNew = (): void => {
  for (const words of toldToasts().slice(shown)) manager.add({ ...words });
  shown = toldToasts().length;
};

const Toasts = () =>
  Toast.useToastManager().toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex animate-slide-up items-start gap-3 rounded-xl border border-line bg-surface py-3 pr-2 pl-4 shadow-float transition-opacity duration-200 data-ending-style:opacity-0 data-limited:hidden"
    >
      <CircleCheck className="mt-0.5 size-5 shrink-0 text-good" />
      <div className="min-w-0 grow">
        <Toast.Title className="font-medium break-words" />
        <Toast.Description className="text-sm break-words text-muted" />
      </div>
      <Toast.Close
        aria-label="Dismiss"
        // It can be reached by keyboard at any time, so it is never hidden from screen readers.
        aria-hidden={false}
        className="grid size-7 shrink-0 place-items-center rounded-md text-muted hover:bg-raised hover:text-ink"
      >
        <X className="size-4" />
      </Toast.Close>
    </Toast.Root>
  ));

/** The toasts, in the corner of the page. */
export const ToastList = () => {
  useEffect(() => {
    showNew();
    return onToast(showNew);
  }, []);
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-60 flex w-88 max-w-[calc(100vw-2rem)] flex-col gap-2 sm:right-6 sm:bottom-6">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
};

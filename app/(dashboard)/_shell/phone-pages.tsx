"use client";

import { Menu } from "lucide-react";
import { usePathname } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { useOnceOpen } from "../../_ui/use-once-open.ts";
import { liesUnder, pageGroups } from "./listed-pages.ts";

const PhonePagesDrawer = lazy(() =>
  import("../../overlays.ts").then((module) => ({ default: module.PhonePagesDrawer })),
);

/** The way to the pages on a small screen. */
export const PhonePages = () => {
  const path = usePathname();
  const [open, setOpen] = useState(false);
  const loads = useOnceOpen(open);
  const here = pageGroups.flatMap(({ pages }) => pages).find(({ href }) => liesUnder(path, href))?.label ?? "Menu";
  return (
    <>
      <button
        type="button"
        aria-label={`Pages: ${here}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className="-ml-2 flex min-h-9 min-w-0 items-center gap-2 rounded-lg px-2 font-medium hover:bg-raised lg:hidden"
      >
        <Menu className="size-5 shrink-0" />
        <span className="truncate">{here}</span>
      </button>
      {loads && (
        <Suspense>
          <PhonePagesDrawer open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
};

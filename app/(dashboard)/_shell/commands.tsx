"use client";

import { CircleQuestionMark, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { MenuButton } from "../../_ui/menu-button.tsx";
import { useOnceOpen } from "../../_ui/use-once-open.ts";
import { pageGroupsFor } from "./listed-pages.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const Palette = lazy(() => import("../../overlays.ts").then((module) => ({ default: module.Palette })));
const HelpItems = lazy(() => import("../../overlays.ts").then((module) => ({ default: module.HelpItems })));
const ShortcutList = lazy(() => import("../../overlays.ts").then((module) => ({ default: module.ShortcutList })));

/** The command palette with its button, the help, and the keys. What opens loads when it first does. */
export const Commands = () => {
  const { session } = useSession();
  const router = useRouter();
  const [open, setOpen] = useState<"palette" | "list">();
  const hasPalette = useOnceOpen(open === "palette");
  const hasList = useOnceOpen(open === "list");
  const close = (): void => setOpen(undefined);

  useShortcuts({
    onPalette: () => setOpen("palette"),
    onList: () => setOpen("list"),
    onGo: (letter) => {
      const page = pageGroupsFor(session)
        .flatMap(({ pages }) => pages)
        .find((listed) => listed.letter === letter);
      if (page) router.push(page.href);
      return page !== undefined;
    },
  });

  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="Control+K Meta+K"
        aria-haspopup="dialog"
        onClick={() => setOpen("palette")}
        className="flex min-h-9 items-center gap-2 rounded-lg border border-line bg-canvas px-2.5 text-sm text-muted hover:border-line-strong hover:text-ink sm:w-60"
      >
        <Search className="size-4 shrink-0" />
        <span className="sr-only sm:not-sr-only">Search everything</span>
        <kbd aria-hidden="true" className="ml-auto hidden font-mono text-xs sm:inline">
          Ctrl K
        </kbd>
      </button>
      <MenuButton
        label="Help"
        renderMenu={(menu) => <HelpItems {...menu} onList={() => setOpen("list")} />}
        className="grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
      >
        <CircleQuestionMark className="size-5" />
      </MenuButton>
      {hasPalette && (
        <Suspense>
          <Palette open={open === "palette"} onClose={close} onList={() => setOpen("list")} />
        </Suspense>
      )}
      {hasList && (
        <Suspense>
          <ShortcutList open={open === "list"} onClose={close} />
        </Suspense>
      )}
    </>
  );
};

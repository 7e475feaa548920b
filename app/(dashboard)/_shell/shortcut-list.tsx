"use client";

import { ModalFrame } from "../../_ui/modal-frame.tsx";
import { useSession } from "../../_session/session-provider.tsx";
import { pageGroupsFor } from "./listed-pages.ts";

const Keys = ({ keys }: { readonly keys: readonly string[] }) => (
  <span className="flex shrink-0 gap-1">
    {keys.map((key) => (
      <kbd
        key={key}
        className="grid min-h-6 min-w-6 place-items-center rounded-md border border-line bg-raised px-1.5 font-mono text-xs"
      >
        {key}
      </kbd>
    ))}
  </span>
);

const isApple = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent);

/** Which keys do what. */
export const ShortcutList = ({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) => {
  const { session } = useSession();
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["Search everything", [isApple() ? "⌘" : "Ctrl", "K"]],
    ["Search on this page", ["/"]],
    ...pageGroupsFor(session)
      .flatMap(({ pages }) => pages)
      .map(({ label, letter }) => [`Go to ${label}`, ["g", letter]] as const),
    ["Show this list", ["?"]],
  ];
  return (
    <ModalFrame
      open={open}
      onClose={onClose}
      title="Keyboard shortcuts"
      description="They work on every page, outside of fields."
    >
      <dl className="divide-y divide-line">
        {rows.map(([what, keys]) => (
          <div key={what} className="flex items-center justify-between gap-4 py-2">
            <dt>{what}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </ModalFrame>
  );
};

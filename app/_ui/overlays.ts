// One module, so that everything that lies over a page shares one download, the first time that anything opens.
export { AccountItems } from "./account-items.tsx";
export { DrawerFrame } from "./drawer-frame.tsx";
export { ModalFrame } from "./modal-frame.tsx";
export { ToastList } from "./toast-list.tsx";

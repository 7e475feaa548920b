import type { Metadata } from "next";
import { MyPage } from "./my-page.tsx";

export const metadata: Metadata = { title: "Me" };

const MePage = () => <MyPage />;

export default MePage;

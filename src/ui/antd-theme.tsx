"use client";

import { AntdRegistry } from "@ant-design/nextjs-registry";
import { ConfigProvider } from "antd";
import zhCN from "antd/locale/zh_CN";
import type { ReactNode } from "react";

/** The component library in the colours and sizes of `tokens.css`. */
const THEME = {
  token: {
    colorPrimary: "#1f4e79",
    colorLink: "#1a5fa8",
    colorSuccess: "#1b6b3a",
    colorWarning: "#7a4b00",
    colorError: "#a3201d",
    colorText: "#1b2430",
    colorTextSecondary: "#4a5563",
    colorTextDescription: "#4a5563",
    colorTextPlaceholder: "#667080",
    colorTextDisabled: "#667080",
    colorBorder: "#8792a2",
    colorBorderSecondary: "#d9dee5",
    colorBgLayout: "#f5f6f8",
    borderRadius: 4,
    fontSize: 14,
    fontFamily: '"PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    motion: false,
  },
};

export function AntdTheme({ children }: { children: ReactNode }) {
  return (
    <AntdRegistry>
      {/* A space inside two-character buttons would break copied text and searches by name. */}
      <ConfigProvider locale={zhCN} theme={THEME} button={{ autoInsertSpace: false }}>
        {children}
      </ConfigProvider>
    </AntdRegistry>
  );
}

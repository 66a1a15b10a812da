import { defineConfig } from "@playwright/test";

// `cargo xtask test` serves the release build and names its address. Without it the app is built
// and served by the command that a person would use.
const served = process.env.KEEPRATE_ADDRESS;

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  globalSetup: "./hosts/build.js",
  outputDir: "results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  // A slow machine may take its time; what never comes still fails. Speed is what `cargo xtask bench` measures.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    baseURL: served ?? "http://127.0.0.1:8080/",
    launchOptions: {
      executablePath: process.env.KEEPRATE_CHROMIUM ?? "/usr/bin/chromium",
      // The sandbox does not work for root; the other flags keep the browser from asking its
      // maker's servers for anything, so that every request that a test sees is ours.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  webServer: served
    ? undefined
    : {
        command: "cargo xtask serve",
        cwd: "../..",
        url: "http://127.0.0.1:8080/",
        timeout: 900_000,
        reuseExistingServer: true,
      },
});

import { expect, test } from "@playwright/test";

test("the page opens", async ({ page }) => {
  const errors: Error[] = [];
  page.on("pageerror", (error) => errors.push(error));

  const response = await page.goto("");
  expect(response?.status()).toBe(200);
  await expect(page).toHaveTitle(/Keeprate/);
  expect(errors).toEqual([]);
});

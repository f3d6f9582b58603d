// valid.mjs PAGE...: what is wrong with the HTML of each page, one line each; ends with 1 where something is.
import {readFileSync} from "node:fs";
import {HtmlValidate} from "html-validate";

const check = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard"],
  // The one style of a page stands in it: the file needs nothing else.
  rules: {"no-inline-style": "error", "void-style": "error", "no-dup-id": "error"},
});
let wrong = 0;
for (const page of process.argv.slice(2)) {
  const report = await check.validateString(readFileSync(page, "utf8"), page);
  for (const result of report.results)
    for (const found of result.messages) {
      wrong = 1;
      console.log(`${page}:${found.line}:${found.column}: ${found.ruleId}: ${found.message}`);
    }
}
process.exit(wrong);

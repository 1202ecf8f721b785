// Words are counted as they are typed; without script the page counts them when they are saved.
"use strict";

for (const output of document.querySelectorAll("output[data-words]")) {
  const field = document.getElementById(output.getAttribute("for"));
  const count = () => { output.value = String((field.value.match(/[\p{L}\p{N}]+(?:['\u2019\u02bc\u2011-][\p{L}\p{N}]+)*/gu) || []).length); };
  field.addEventListener("input", count);
  count();
}

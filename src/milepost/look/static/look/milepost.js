// Everything works without this file; it remembers the colours and opens native dialogs.
(function () {
  "use strict";
  var KEY = "milepost-theme";
  var root = document.documentElement;

  function remembered() {
    try { return localStorage.getItem(KEY) || ""; } catch (refused) { return ""; }
  }

  function show(theme) {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    document.querySelectorAll("[data-theme-choice]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    });
  }

  function choose(theme) {
    try { localStorage.setItem(KEY, theme); } catch (refused) { /* for this page alone, then */ }
    show(theme);
  }

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  show(remembered()); // before the first paint, hence not deferred
  document.addEventListener("DOMContentLoaded", function () {
    show(remembered());
    var summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
  });

  document.addEventListener("click", function (event) {
    var at = event.target.closest("[data-theme-choice],[data-opens],[data-closes],[data-prints]");
    closeMenus(event.target.closest("details.menu"));
    if (!at) return;
    if ("themeChoice" in at.dataset) choose(at.dataset.themeChoice);
    else if ("opens" in at.dataset) document.getElementById(at.dataset.opens).showModal();
    else if ("closes" in at.dataset) at.closest("dialog").close();
    else window.print();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();

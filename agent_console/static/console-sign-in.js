// Puts the reader where there is something to read or to write.

const summary = document.querySelector("[data-focus]");
const email = document.getElementById("email");

if (summary) {
  summary.focus();
} else if (email && !email.value) {
  email.focus();
}

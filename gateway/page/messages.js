// Every sentence of the page, in its three languages. The assistant's own sentences come from the server.
import en from "./messages.en.js";
import ja from "./messages.ja.js";
import ko from "./messages.ko.js";

export default { en, ja, ko };

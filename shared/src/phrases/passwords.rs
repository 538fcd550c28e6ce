//! What is said of a new password, and what is wrong with one.

use super::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    ["New password", "Neues Passwort", "Nouveau mot de passe", "Contraseña nueva"],
    [
        "The same password again",
        "Dasselbe Passwort noch einmal",
        "Le même mot de passe une seconde fois",
        "La misma contraseña otra vez",
    ],
    [
        "Please put this right:",
        "Bitte korrigieren Sie:",
        "Veuillez corriger\u{a0}:",
        "Corrija lo siguiente, por favor:",
    ],
    [
        "At least {} characters, of any kind. A few words together work well. You need no digits or symbols. Leave out your name, your email, and the names of your organization and of this site.",
        "Mindestens {} Zeichen, gleich welche. Gut geeignet sind ein paar Wörter hintereinander. Ziffern und Sonderzeichen sind nicht nötig. Lassen Sie Ihren Namen, Ihre E-Mail-Adresse und die Namen Ihrer Organisation und dieser Website weg.",
        "Au moins {} caractères, quels qu’ils soient. Quelques mots à la suite conviennent bien. Ni chiffres ni symboles ne sont nécessaires. N’utilisez ni votre nom, ni votre adresse e-mail, ni le nom de votre organisation ou de ce site.",
        "Al menos {} caracteres, los que quiera. Unas cuantas palabras seguidas funcionan bien. No hacen falta cifras ni símbolos. No use su nombre, su correo ni el nombre de su organización o de este sitio.",
    ],
    ["One more character.", "Noch ein Zeichen.", "Encore un caractère.", "Falta un carácter."],
    ["{} more characters.", "Noch {} Zeichen.", "Encore {} caractères.", "Faltan {} caracteres."],
    [
        "The two are not the same yet.",
        "Die beiden stimmen noch nicht überein.",
        "Les deux ne sont pas encore identiques.",
        "Las dos aún no son iguales.",
    ],
    [
        "Long enough, and both the same.",
        "Lang genug, und beide stimmen überein.",
        "Assez long, et les deux sont identiques.",
        "Bastante larga, y las dos son iguales.",
    ],
    [
        "Type a new password.",
        "Geben Sie ein neues Passwort ein.",
        "Saisissez un nouveau mot de passe.",
        "Escriba una contraseña nueva.",
    ],
    [
        "Type the new password a second time.",
        "Geben Sie das neue Passwort ein zweites Mal ein.",
        "Saisissez le nouveau mot de passe une seconde fois.",
        "Escriba la contraseña nueva por segunda vez.",
    ],
    [
        "The two passwords differ.",
        "Die beiden Passwörter sind verschieden.",
        "Les deux mots de passe sont différents.",
        "Las dos contraseñas son distintas.",
    ],
    [
        "The password must have at least {} characters.",
        "Das Passwort muss mindestens {} Zeichen haben.",
        "Le mot de passe doit avoir au moins {} caractères.",
        "La contraseña debe tener al menos {} caracteres.",
    ],
    [
        "The password must have at most {} characters.",
        "Das Passwort darf höchstens {} Zeichen haben.",
        "Le mot de passe doit avoir au plus {} caractères.",
        "La contraseña debe tener como máximo {} caracteres.",
    ],
    [
        "This password is among the ones that are guessed first.",
        "Dieses Passwort gehört zu denen, die zuerst geraten werden.",
        "Ce mot de passe est de ceux que l’on devine en premier.",
        "Esta contraseña es de las que primero se adivinan.",
    ],
    [
        "The password must not be one character or a plain sequence, repeated.",
        "Das Passwort darf nicht aus einem einzigen Zeichen oder einer einfachen Folge bestehen, auch nicht wiederholt.",
        "Le mot de passe ne doit pas être un seul caractère ou une simple suite, même répétés.",
        "La contraseña no debe ser un solo carácter ni una secuencia simple, aunque se repitan.",
    ],
    [
        "The password must not be made of your email, your name, your organization or this site.",
        "Das Passwort darf nicht aus Ihrer E-Mail-Adresse, Ihrem Namen, Ihrer Organisation oder dem Namen dieser Website gebildet sein.",
        "Le mot de passe ne doit pas être formé de votre adresse e-mail, de votre nom, de votre organisation ou du nom de ce site.",
        "La contraseña no debe formarse con su correo, su nombre, su organización o el nombre de este sitio.",
    ],
    [
        "The new password must be another than the current one.",
        "Das neue Passwort muss ein anderes sein als das jetzige.",
        "Le nouveau mot de passe doit être différent de l’actuel.",
        "La contraseña nueva debe ser distinta de la actual.",
    ],
];

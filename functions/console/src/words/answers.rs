//! What the API answers, as its own words have it: `{}` where something of its own stands, which stays as it is.

use shared::domain::wording::MailLanguage;
use shared::phrases::Phrase;

/// What it answers. What is not here is said as the API says it.
pub const PHRASES: &[Phrase] = &[
    // Fields.
    ["This must be given.", "Das muss angegeben werden.", "À renseigner.", "Hay que indicarlo."],
    ["This must not be empty.", "Das darf nicht leer sein.", "Ne peut pas être vide.", "No puede estar vacío."],
    ["This must be text.", "Das muss Text sein.", "Doit être du texte.", "Debe ser texto."],
    ["This must be a number.", "Das muss eine Zahl sein.", "Doit être un nombre.", "Debe ser un número."],
    [
        "This must be a number from {} to {}.",
        "Das muss eine Zahl von {} bis {} sein.",
        "Doit être un nombre de {} à {}.",
        "Debe ser un número de {} a {}.",
    ],
    [
        "This must be less than an invitation is good for, which is {}.",
        "Das muss weniger sein, als eine Einladung gilt, nämlich {}.",
        "Doit être inférieur à la durée d’une invitation, soit {}.",
        "Debe ser menos de lo que vale una invitación, que es {}.",
    ],
    [
        "This must be at most {} characters long.",
        "Das darf höchstens {} Zeichen lang sein.",
        "Doit avoir au plus {} caractères.",
        "Debe tener como máximo {} caracteres.",
    ],
    [
        "This must not hold control, invisible or text-direction characters.",
        "Das darf keine Steuerzeichen, unsichtbaren Zeichen oder Zeichen der Schreibrichtung enthalten.",
        "Ne doit contenir ni caractères de contrôle, ni caractères invisibles ou de direction du texte.",
        "No puede contener caracteres de control, invisibles ni de dirección del texto.",
    ],
    [
        "This must hold a letter or a digit.",
        "Das muss einen Buchstaben oder eine Ziffer enthalten.",
        "Doit contenir une lettre ou un chiffre.",
        "Debe contener una letra o una cifra.",
    ],
    [
        "This must be an email address, such as ada@example.com.",
        "Das muss eine E-Mail-Adresse sein, etwa ada@example.com.",
        "Doit être une adresse e-mail, par exemple ada@example.com.",
        "Debe ser un correo, por ejemplo ada@example.com.",
    ],
    [
        "This must have at most 64 characters before the @.",
        "Das darf höchstens 64 Zeichen vor dem @ haben.",
        "Doit avoir au plus 64 caractères avant le @.",
        "Debe tener como máximo 64 caracteres antes de la @.",
    ],
    [
        "This must be 3 to 64 letters, digits, dots, hyphens and underscores, and hold no @.",
        "Das müssen 3 bis 64 Buchstaben, Ziffern, Punkte, Bindestriche und Unterstriche sein, ohne @.",
        "Doit comporter de 3 à 64 lettres, chiffres, points, tirets et traits de soulignement, sans @.",
        "Debe tener de 3 a 64 letras, cifras, puntos, guiones y guiones bajos, sin @.",
    ],
    [
        "This must be a scheme and a host, such as https://portal.example.com.",
        "Das muss ein Schema und ein Host sein, etwa https://portal.example.com.",
        "Doit être un protocole et un hôte, par exemple https://portal.example.com.",
        "Debe ser un esquema y un host, por ejemplo https://portal.example.com.",
    ],
    [
        "This must be 1 to 40 small letters, digits, hyphens and underscores.",
        "Das müssen 1 bis 40 Kleinbuchstaben, Ziffern, Bindestriche und Unterstriche sein.",
        "Doit comporter de 1 à 40 minuscules, chiffres, tirets et traits de soulignement.",
        "Debe tener de 1 a 40 minúsculas, cifras, guiones y guiones bajos.",
    ],
    [
        "This must be 2 to 40 small letters, digits and underscores, and begin with a letter.",
        "Das müssen 2 bis 40 Kleinbuchstaben, Ziffern und Unterstriche sein, zuerst ein Buchstabe.",
        "Doit comporter de 2 à 40 minuscules, chiffres et traits de soulignement, et commencer par une lettre.",
        "Debe tener de 2 a 40 minúsculas, cifras y guiones bajos, y empezar por una letra.",
    ],
    [
        "This must be a colour such as #1d4f91.",
        "Das muss eine Farbe sein wie #1d4f91.",
        "Doit être une couleur telle que #1d4f91.",
        "Debe ser un color como #1d4f91.",
    ],
    [
        "This must be dark enough for white text on it: choose a darker one.",
        "Das muss dunkel genug für weiße Schrift sein: Wählen Sie eine dunklere Farbe.",
        "Doit être assez sombre pour un texte blanc\u{a0}: choisissez une couleur plus foncée.",
        "Debe ser bastante oscuro para texto blanco: elija uno más oscuro.",
    ],
    [
        "Only a partner's user has this flag.",
        "Das gibt es nur bei Benutzern von Partnern.",
        "Ceci ne vaut que pour les utilisateurs de partenaires.",
        "Esto solo vale para usuarios de socios.",
    ],
    [
        "Only a customer's or partner's user has this flag.",
        "Das gibt es nur bei Benutzern von Kunden und Partnern.",
        "Ceci ne vaut que pour les utilisateurs de clients et de partenaires.",
        "Esto solo vale para usuarios de clientes y socios.",
    ],
    [
        "There is no such site in the organization's site group.",
        "In der Gruppe der Organisation gibt es diese Website nicht.",
        "Ce site n’existe pas dans le groupe de l’organisation.",
        "Ese sitio no está en el grupo de la organización.",
    ],
    [
        "An access holds at least one role.",
        "Ein Zugang hat mindestens eine Rolle.",
        "Un accès a au moins un rôle.",
        "Un acceso tiene al menos un rol.",
    ],
    [
        "An access holds at most 20 roles.",
        "Ein Zugang hat höchstens 20 Rollen.",
        "Un accès a au plus 20 rôles.",
        "Un acceso tiene como máximo 20 roles.",
    ],
    ["There is no role {}.", "Es gibt keine Rolle {}.", "Il n’y a pas de rôle {}.", "No hay ningún rol {}."],
    [
        "Somebody may hold it.",
        "Irgendjemand muss sie haben dürfen.",
        "Quelqu’un doit pouvoir l’avoir.",
        "Alguien debe poder tenerlo.",
    ],
    [
        "A {} user can't have the permission {}.",
        "Ein Benutzer der Art {} kann die Berechtigung {} nicht haben.",
        "Un utilisateur de type {} ne peut pas avoir la permission {}.",
        "Un usuario de tipo {} no puede tener el permiso {}.",
    ],
    [
        "Only a customer belongs to a partner.",
        "Nur ein Kunde gehört zu einem Partner.",
        "Seul un client peut dépendre d’un partenaire.",
        "Solo un cliente depende de un socio.",
    ],
    [
        "There is no such active partner.",
        "Diesen aktiven Partner gibt es nicht.",
        "Il n’y a pas de tel partenaire actif.",
        "No hay ningún socio activo así.",
    ],
    [
        "There is no site of this group.",
        "Es gibt keine Website dieser Gruppe.",
        "Il n’y a aucun site de ce groupe.",
        "No hay ningún sitio de este grupo.",
    ],
    [
        "There is no {} here. There are: {}.",
        "{} gibt es hier nicht. Es gibt: {}.",
        "{} n’existe pas ici. Il y a\u{a0}: {}.",
        "Aquí no existe {}. Existen: {}.",
    ],
    [
        "This must hold {}, whoever it goes to.",
        "Darin muss {} vorkommen, an wen es auch geht.",
        "Doit contenir {}, quel que soit le destinataire.",
        "Debe contener {}, sea quien sea el destinatario.",
    ],
    [
        "This must say something, also of somebody without a name.",
        "Das muss etwas sagen, auch bei Personen ohne Namen.",
        "Doit dire quelque chose, même pour une personne sans nom.",
        "Debe decir algo, también de alguien sin nombre.",
    ],
    [
        "Styles, scripts and what belongs into a head are not part of a wording.",
        "Stile, Skripte und was in einen Kopf gehört, sind nicht Teil eines Mailtexts.",
        "Les styles, les scripts et ce qui relève de l’en-tête ne font pas partie d’un texte.",
        "Los estilos, los scripts y lo propio de una cabecera no forman parte de un texto.",
    ],
    [
        "A button leads to link or sign_in_url.",
        "Eine Schaltfläche führt zu link oder sign_in_url.",
        "Un bouton mène à link ou à sign_in_url.",
        "Un botón lleva a link o a sign_in_url.",
    ],
    [
        "Within a tag only these may stand, in quotation marks: {}.",
        "Innerhalb eines Tags dürfen nur diese stehen, in Anführungszeichen: {}.",
        "Dans une balise, seuls ceux-ci sont admis, entre guillemets\u{a0}: {}.",
        "Dentro de una etiqueta solo se admiten estos, entre comillas: {}.",
    ],
    [
        "A tag or a comment is not closed.",
        "Ein Tag oder ein Kommentar ist nicht geschlossen.",
        "Une balise ou un commentaire n’est pas fermé.",
        "Una etiqueta o un comentario no está cerrado.",
    ],
    [
        "line {}: {} is neither a placeholder, nor a button, nor a condition on a placeholder.",
        "Zeile {}: {} ist weder ein Platzhalter noch eine Schaltfläche noch eine Bedingung auf einen Platzhalter.",
        "Ligne {}\u{a0}: {} n’est ni un champ, ni un bouton, ni une condition sur un champ.",
        "Línea {}: {} no es ni un campo, ni un botón, ni una condición sobre un campo.",
    ],
    [
        "This must be a phone number, such as +44 20 7946 0958.",
        "Das muss eine Telefonnummer sein, etwa +44 20 7946 0958.",
        "Doit être un numéro de téléphone, par exemple +44 20 7946 0958.",
        "Debe ser un número de teléfono, por ejemplo +44 20 7946 0958.",
    ],
    [
        "This must be a time zone, such as Europe/Berlin.",
        "Das muss eine Zeitzone sein, etwa Europe/Berlin.",
        "Doit être un fuseau horaire, par exemple Europe/Berlin.",
        "Debe ser una zona horaria, por ejemplo Europe/Berlin.",
    ],
    [
        "An organization of {} users is of the kind {}.",
        "Eine Organisation mit Benutzern der Art {} ist von der Art {}.",
        "Une organisation d’utilisateurs de type {} est du type {}.",
        "Una organización de usuarios de tipo {} es del tipo {}.",
    ],
    // What is refused.
    [
        "The password does not meet every rule.",
        "Das Passwort erfüllt nicht alle Regeln.",
        "Le mot de passe ne respecte pas toutes les règles.",
        "La contraseña no cumple todas las reglas.",
    ],
    [
        "This form is none of this page's.",
        "Dieses Formular gehört nicht zu dieser Seite.",
        "Ce formulaire n’est pas celui de cette page.",
        "Este formulario no es de esta página.",
    ],
    [
        "This was changed since you read it. Read it again and repeat the change.",
        "Das wurde geändert, seit Sie es geöffnet haben. Öffnen Sie es neu und wiederholen Sie die Änderung.",
        "Ceci a été modifié depuis que vous l’avez ouvert. Rouvrez-le et refaites la modification.",
        "Esto ha cambiado desde que lo abrió. Vuelva a abrirlo y repita el cambio.",
    ],
    [
        "This needs the permission {}.",
        "Dafür ist die Berechtigung {} nötig.",
        "Ceci nécessite la permission {}.",
        "Esto necesita el permiso {}.",
    ],
    [
        "This includes the permission {}, which you do not hold.",
        "Darin ist die Berechtigung {} enthalten, die Sie nicht haben.",
        "Ceci comprend la permission {}, que vous n’avez pas.",
        "Esto incluye el permiso {}, que usted no tiene.",
    ],
    [
        "A {} user can't hold the role {}.",
        "Ein Benutzer der Art {} kann die Rolle {} nicht haben.",
        "Un utilisateur de type {} ne peut pas avoir le rôle {}.",
        "Un usuario de tipo {} no puede tener el rol {}.",
    ],
    [
        "Your own access is for one site: give access to that one.",
        "Ihr eigener Zugang gilt für eine Website: Geben Sie Zugang zu dieser.",
        "Votre propre accès vaut pour un seul site\u{a0}: donnez accès à celui-ci.",
        "Su propio acceso es para un solo sitio: dé acceso a ese.",
    ],
    [
        "Staff and partners make organizations.",
        "Personal und Partner legen Organisationen an.",
        "Le personnel et les partenaires créent des organisations.",
        "El personal y los socios crean organizaciones.",
    ],
    [
        "Only staff change the email that signs in.",
        "Nur Personal ändert die E-Mail-Adresse zur Anmeldung.",
        "Seul le personnel modifie l’adresse e-mail de connexion.",
        "Solo el personal cambia el correo de acceso.",
    ],
    [
        "Only staff revoke accesses elsewhere.",
        "Nur Personal entzieht Zugänge anderswo.",
        "Seul le personnel retire des accès ailleurs.",
        "Solo el personal retira accesos en otros lugares.",
    ],
    [
        "Nobody switches their own login.",
        "Niemand deaktiviert oder aktiviert das eigene Konto.",
        "Nul ne désactive ni n’active son propre compte.",
        "Nadie desactiva ni activa su propia cuenta.",
    ],
    [
        "Nobody changes their own access.",
        "Niemand ändert den eigenen Zugang.",
        "Nul ne modifie son propre accès.",
        "Nadie cambia su propio acceso.",
    ],
    [
        "Nobody revokes their own access.",
        "Niemand entzieht sich selbst den Zugang.",
        "Nul ne retire son propre accès.",
        "Nadie retira su propio acceso.",
    ],
    [
        "Nobody changes their own email in this way.",
        "So ändert niemand die eigene E-Mail-Adresse.",
        "Nul ne change ainsi sa propre adresse e-mail.",
        "Nadie cambia así su propio correo.",
    ],
    [
        "Change your own password on your account's page.",
        "Ihr eigenes Passwort ändern Sie auf der Seite Ihres Kontos.",
        "Changez votre propre mot de passe sur la page de votre compte.",
        "Cambie su propia contraseña en la página de su cuenta.",
    ],
    [
        "Nobody makes themselves inactive.",
        "Niemand setzt sich selbst inaktiv.",
        "Nul ne se rend soi-même inactif.",
        "Nadie se inactiva a sí mismo.",
    ],
    [
        "Nobody makes their own organization inactive.",
        "Niemand setzt die eigene Organisation inaktiv.",
        "Nul ne rend sa propre organisation inactive.",
        "Nadie inactiva su propia organización.",
    ],
    [
        "Nobody edits a role that they hold.",
        "Niemand ändert eine Rolle, die er selbst hat.",
        "Nul ne modifie un rôle qu’il a lui-même.",
        "Nadie cambia un rol que tiene.",
    ],
    [
        "This role comes with the product and stays as it is.",
        "Diese Rolle ist mitgeliefert und bleibt, wie sie ist.",
        "Ce rôle est fourni avec le produit et reste tel quel.",
        "Este rol viene con el producto y se queda como está.",
    ],
    [
        "Passwords are not chosen for others here: send a link.",
        "Passwörter werden hier nicht für andere gewählt: Schicken Sie einen Link.",
        "Ici, on ne choisit pas de mot de passe pour autrui\u{a0}: envoyez un lien.",
        "Aquí no se eligen contraseñas para otros: envíe un enlace.",
    ],
    [
        "Staff see the portal as customers, partners and vendors do.",
        "Personal sieht das Portal wie Kunden, Partner und Lieferanten.",
        "Le personnel voit le portail comme les clients, les partenaires et les fournisseurs.",
        "El personal ve el portal como los clientes, socios y proveedores.",
    ],
    [
        "This contact has no access to be seen.",
        "Dieser Kontakt hat keinen Zugang, der anzusehen wäre.",
        "Ce contact n’a pas d’accès à montrer.",
        "Este contacto no tiene ningún acceso que ver.",
    ],
    [
        "This access can't be used now, or not at this site: there is nothing to be seen.",
        "Dieser Zugang ist zurzeit oder auf dieser Website nicht nutzbar: Es gibt nichts zu sehen.",
        "Cet accès n’est pas utilisable actuellement, ou pas sur ce site\u{a0}: il n’y a rien à voir.",
        "Este acceso no se puede usar ahora, o no en este sitio: no hay nada que ver.",
    ],
    [
        "This contact has no login.",
        "Dieser Kontakt hat kein Konto.",
        "Ce contact n’a pas de compte.",
        "Este contacto no tiene cuenta.",
    ],
    [
        "This contact has a login already.",
        "Dieser Kontakt hat schon ein Konto.",
        "Ce contact a déjà un compte.",
        "Este contacto ya tiene cuenta.",
    ],
    [
        "The access is revoked. Grant it again first.",
        "Der Zugang ist entzogen. Geben Sie ihn zuerst wieder.",
        "L’accès est retiré. Redonnez-le d’abord.",
        "El acceso está retirado. Vuelva a darlo primero.",
    ],
    [
        "The access is revoked: its sessions are over.",
        "Der Zugang ist entzogen: Seine Sitzungen sind beendet.",
        "L’accès est retiré\u{a0}: ses sessions sont fermées.",
        "El acceso está retirado: sus sesiones están cerradas.",
    ],
    [
        "The person has not accepted this access yet.",
        "Die Person hat diesen Zugang noch nicht angenommen.",
        "La personne n’a pas encore accepté cet accès.",
        "La persona todavía no ha aceptado este acceso.",
    ],
    [
        "The contact or its organization is inactive.",
        "Der Kontakt oder seine Organisation ist inaktiv.",
        "Le contact ou son organisation est inactif.",
        "El contacto o su organización está inactivo.",
    ],
    [
        "The organization is inactive.",
        "Die Organisation ist inaktiv.",
        "L’organisation est inactive.",
        "La organización está inactiva.",
    ],
    [
        "This person has a password already.",
        "Diese Person hat schon ein Passwort.",
        "Cette personne a déjà un mot de passe.",
        "Esta persona ya tiene contraseña.",
    ],
    [
        "This person has an access at this organization already.",
        "Diese Person hat bei dieser Organisation schon einen Zugang.",
        "Cette personne a déjà un accès à cette organisation.",
        "Esta persona ya tiene acceso a esta organización.",
    ],
    [
        "Another one of these has this email or user ID.",
        "Eine andere dieser Personen hat diese E-Mail-Adresse oder Benutzer-ID.",
        "Une autre de ces personnes a cette adresse e-mail ou ce nom d’utilisateur.",
        "Otra de estas personas tiene este correo o ID de usuario.",
    ],
    [
        "That user ID is not available.",
        "Diese Benutzer-ID ist nicht verfügbar.",
        "Ce nom d’utilisateur n’est pas disponible.",
        "Ese ID de usuario no está disponible.",
    ],
    [
        "One person has at most {} accesses.",
        "Eine Person hat höchstens {} Zugänge.",
        "Une personne a au plus {} accès.",
        "Una persona tiene como máximo {} accesos.",
    ],
    [
        "This is the organization's last administrator. Name another one first.",
        "Das ist die letzte Person in der Administration dieser Organisation. Bestimmen Sie zuerst eine andere.",
        "C’est la dernière personne qui administre l’organisation. Désignez-en d’abord une autre.",
        "Es la última persona que administra la organización. Designe antes a otra.",
    ],
    [
        "There is one internal organization, and it has another number.",
        "Es gibt eine interne Organisation, und sie hat eine andere Nummer.",
        "Il y a une seule organisation interne, et elle a un autre numéro.",
        "Hay una sola organización interna, y tiene otro número.",
    ],
    [
        "The organization is active already.",
        "Die Organisation ist schon aktiv.",
        "L’organisation est déjà active.",
        "La organización ya está activa.",
    ],
    [
        "The organization is inactive already.",
        "Die Organisation ist schon inaktiv.",
        "L’organisation est déjà inactive.",
        "La organización ya está inactiva.",
    ],
    [
        "Another organization of this kind has this number.",
        "Eine andere Organisation dieser Art hat diese Nummer.",
        "Une autre organisation de ce type porte ce numéro.",
        "Otra organización de este tipo tiene este número.",
    ],
    [
        "The contact is active already.",
        "Der Kontakt ist schon aktiv.",
        "Le contact est déjà actif.",
        "El contacto ya está activo.",
    ],
    [
        "The contact is inactive already.",
        "Der Kontakt ist schon inaktiv.",
        "Le contact est déjà inactif.",
        "El contacto ya está inactivo.",
    ],
    [
        "The login is disabled. Enable it first.",
        "Das Konto ist deaktiviert. Aktivieren Sie es zuerst.",
        "Le compte est désactivé. Activez-le d’abord.",
        "La cuenta está desactivada. Actívela primero.",
    ],
    [
        "The login is disabled already.",
        "Das Konto ist schon deaktiviert.",
        "Le compte est déjà désactivé.",
        "La cuenta ya está desactivada.",
    ],
    [
        "The login is enabled already.",
        "Das Konto ist schon aktiviert.",
        "Le compte est déjà activé.",
        "La cuenta ya está activada.",
    ],
    [
        "The login is not locked.",
        "Das Konto ist nicht gesperrt.",
        "Le compte n’est pas verrouillé.",
        "La cuenta no está bloqueada.",
    ],
    [
        "There is no password to be changed.",
        "Es gibt kein Passwort, das zu ändern wäre.",
        "Il n’y a pas de mot de passe à changer.",
        "No hay ninguna contraseña que cambiar.",
    ],
    [
        "The password has to be changed already.",
        "Das Passwort muss schon geändert werden.",
        "Le mot de passe doit déjà être changé.",
        "La contraseña ya se debe cambiar.",
    ],
    [
        "Nothing keeps mail from this address.",
        "An diese Adresse gehen Mails ungehindert.",
        "Rien n’empêche l’envoi à cette adresse.",
        "Nada impide los envíos a esta dirección.",
    ],
    [
        "All {} seats of {} users are taken.",
        "Alle {} Plätze für Benutzer der Art {} sind belegt.",
        "Les {} places d’utilisateurs de type {} sont toutes prises.",
        "Las {} plazas de usuarios de tipo {} están ocupadas.",
    ],
    [
        "There are at most {} sites.",
        "Es gibt höchstens {} Websites.",
        "Il y a au plus {} sites.",
        "Hay como máximo {} sitios.",
    ],
    [
        "Another site is reached under this host.",
        "Eine andere Website ist unter diesem Host erreichbar.",
        "Un autre site est joignable sous cet hôte.",
        "Ya se llega a otro sitio con este host.",
    ],
    [
        "A business makes at most {} roles.",
        "Ein Unternehmen hat höchstens {} eigene Rollen.",
        "Une entreprise crée au plus {} rôles.",
        "Una empresa crea como máximo {} roles.",
    ],
    [
        "There is a role of this name.",
        "Es gibt schon eine Rolle dieses Namens.",
        "Un rôle porte déjà ce nom.",
        "Ya hay un rol con ese nombre.",
    ],
    ["One access holds this role.", "Ein Zugang hat diese Rolle.", "Un accès a ce rôle.", "Un acceso tiene este rol."],
    [
        "{} accesses hold this role.",
        "{} Zugänge haben diese Rolle.",
        "{} accès ont ce rôle.",
        "{} accesos tienen este rol.",
    ],
    [
        "Time ran out. Ask again for this one.",
        "Die Zeit reichte nicht. Versuchen Sie es hierfür noch einmal.",
        "Le temps a manqué. Réessayez pour celui-ci.",
        "No alcanzó el tiempo. Inténtelo de nuevo con este.",
    ],
    // After a creation.
    [
        "Account successfully created and reset password email sent.",
        "Das Konto ist angelegt und die Mail mit dem Link zum Passwort verschickt.",
        "Le compte est créé et l’e-mail pour choisir le mot de passe est envoyé.",
        "La cuenta se ha creado y se ha enviado el correo para elegir la contraseña.",
    ],
    [
        "Account successfully created, but the email could not be sent. Send it again.",
        "Das Konto ist angelegt, aber die Mail konnte nicht verschickt werden. Schicken Sie sie noch einmal.",
        "Le compte est créé, mais l’e-mail n’a pas pu être envoyé. Renvoyez-le.",
        "La cuenta se ha creado, pero no se ha podido enviar el correo. Envíelo de nuevo.",
    ],
    [
        "Account successfully created, but the email did not arrive. Check the address and send it again.",
        "Das Konto ist angelegt, aber die Mail kam nicht an. Prüfen Sie die Adresse und schicken Sie sie noch einmal.",
        "Le compte est créé, mais l’e-mail n’est pas arrivé. Vérifiez l’adresse et renvoyez-le.",
        "La cuenta se ha creado, pero el correo no llegó. Compruebe la dirección y envíelo de nuevo.",
    ],
    // What may stand in a mail.
    [
        "The person's first name; may be empty.",
        "Der Vorname der Person; kann leer sein.",
        "Le prénom de la personne\u{a0}; peut être vide.",
        "El nombre de pila de la persona; puede estar vacío.",
    ],
    [
        "The name of the organization that the access is at; may be empty.",
        "Der Name der Organisation des Zugangs; kann leer sein.",
        "Le nom de l’organisation de l’accès\u{a0}; peut être vide.",
        "El nombre de la organización del acceso; puede estar vacío.",
    ],
    ["The site's name.", "Der Name der Website.", "Le nom du site.", "El nombre del sitio."],
    ["The business's name.", "Der Name des Unternehmens.", "Le nom de l’entreprise.", "El nombre de la empresa."],
    [
        "The email that signs in.",
        "Die E-Mail-Adresse zur Anmeldung.",
        "L’adresse e-mail de connexion.",
        "El correo de acceso.",
    ],
    [
        "The user ID that signs in too; may be empty.",
        "Die Benutzer-ID, die auch zur Anmeldung dient; kann leer sein.",
        "Le nom d’utilisateur, qui sert aussi à se connecter\u{a0}; peut être vide.",
        "El ID de usuario, que también sirve para iniciar sesión; puede estar vacío.",
    ],
    [
        "The address of the sign-in page.",
        "Die Adresse der Anmeldeseite.",
        "L’adresse de la page de connexion.",
        "La dirección de la página de inicio de sesión.",
    ],
    [
        "The business's address for help.",
        "Die Adresse des Unternehmens für Hilfe.",
        "L’adresse d’assistance de l’entreprise.",
        "La dirección de asistencia de la empresa.",
    ],
    [
        "How to sign in: where, with what name, and whom to ask.",
        "Wie man sich anmeldet: wo, mit welchem Namen, und wen man fragt.",
        "Comment se connecter\u{a0}: où, avec quel identifiant, et à qui s’adresser.",
        "Cómo iniciar sesión: dónde, con qué nombre y a quién preguntar.",
    ],
    [
        "In HTML: button(\"Words on it\", link), with its address below.",
        "In HTML: button(\"Aufschrift\", link), mit der Adresse darunter.",
        "En HTML\u{a0}: button(\"Texte du bouton\", link), avec l’adresse dessous.",
        "En HTML: button(\"Texto del botón\", link), con la dirección debajo.",
    ],
    ["The site's colour.", "Die Farbe der Website.", "La couleur du site.", "El color del sitio."],
    ["The link's address.", "Die Adresse des Links.", "L’adresse du lien.", "La dirección del enlace."],
    ["When the link expires.", "Wann der Link abläuft.", "Quand le lien expire.", "Cuándo caduca el enlace."],
];

/// What the API answered, in this language; none where no words are known for it.
pub fn answered(answer: &str, lang: MailLanguage) -> Option<String> {
    PHRASES.iter().chain(shared::phrases::all()).find_map(|phrase| {
        let values = between(answer, phrase[0])?;
        Some(fill(phrase[lang as usize], &values))
    })
}

/// What stands in a text where this one has `{}`; none where the text is another one.
fn between<'a>(text: &'a str, pattern: &str) -> Option<Vec<&'a str>> {
    let Some((before, rest)) = pattern.split_once("{}") else { return (text == pattern).then(Vec::new) };
    let text = text.strip_prefix(before)?;
    let next = rest.split("{}").next().unwrap_or_default();
    // What stands last goes as far as it can, everything else as far as it has to.
    let at = if next == rest { text.strip_suffix(rest)?.len() } else { text.find(next)? };
    let mut values = vec![&text[..at]];
    values.extend(between(&text[at..], rest)?);
    Some(values)
}

/// A text with these in place of its `{}`, in order.
pub(crate) fn fill(text: &str, values: &[impl AsRef<str>]) -> String {
    let mut filled = String::new();
    let mut values = values.iter();
    for (at, part) in text.split("{}").enumerate() {
        if at > 0 {
            filled.push_str(values.next().map_or("", AsRef::as_ref));
        }
        filled.push_str(part);
    }
    filled
}

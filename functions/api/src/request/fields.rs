/// A body as it is documented: a type whose fields are those that its route takes, in `FIELDS` by name.
///
/// Bodies are read field by field, so that what is wrong is told by name; nothing makes or reads a value of such a type. What is
/// refused as unknown and what the document of the API says come from the same list.
macro_rules! body {
    ($(#[$about:meta])* $visibility:vis struct $name:ident {
        $($(#[$of_field:meta])* $field:ident: $type:ty,)*
    }) => {
        #[derive(utoipa::ToSchema)]
        $(#[$about])*
        #[allow(dead_code, reason = "bodies are read field by field")]
        $visibility struct $name {
            $($(#[$of_field])* $field: $type,)*
        }

        impl $name {
            /// The names of its fields.
            #[allow(dead_code, reason = "what another crate reads is refused there")]
            $visibility const FIELDS: &[&str] = &[$(stringify!($field)),*];
        }
    };
}

/// The names of a query string as they are documented, in `FIELDS`; see [`body!`]. One that is no word is written
/// `filter as "$filter"`.
macro_rules! query {
    ($(#[$about:meta])* $visibility:vis struct $name:ident {
        $($(#[$of_field:meta])* $field:ident $(as $called:literal)?: $type:ty,)*
    }) => {
        #[derive(utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        $(#[$about])*
        #[allow(dead_code, reason = "query strings are read name by name")]
        $visibility struct $name {
            $($(#[$of_field])* $(#[param(rename = $called)])? $field: $type,)*
        }

        impl $name {
            /// Its names.
            $visibility const FIELDS: &[&str] = &[$($crate::request::fields::named!($field $($called)?)),*];
        }
    };
}

/// What a name of a query string is called there.
macro_rules! named {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $called:literal) => {
        $called
    };
}

pub(crate) use {body, named, query};
